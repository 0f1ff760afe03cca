-- One row a clock, as its last event left it, with the ticket's values when it was due (or, where that stayed open, when
-- it ended): `dated`; and those of its end. A clock that was fulfilled while it stood still was never due; it is dated by its end.
-- No ASOF join: over many small tickets it takes a thousand times as long as this one.
with standing as (
    select
        *,
        coalesce(due_at, stopped_at, counted_at) as dated,
        greatest(coalesce(due_at, stopped_at, counted_at), started_at) as known_at
    from sla_segment
    where until = timestamp 'infinity'
),
lasting as (
    select *
    from ticket_interval
    where since < until
)
select
    standing.ticket_id,
    standing.clock_id,
    standing.target,
    standing.metric,
    standing.cycle,
    standing.state,
    standing.reason,
    standing.policy_id,
    standing.policy_version,
    standing.basis,
    standing.calendar_id,
    standing.calendar_version,
    standing.target_seconds,
    standing.started_at,
    standing.due_at,
    standing.stopped_at,
    standing.is_born_breached,
    standing.elapsed_business_seconds,
    standing.elapsed_calendar_seconds,
    standing.is_due_by_hand,
    standing.derived_due_at,
    standing.dated,
    lasting.queue_id,
    lasting.state_id,
    lasting.category,
    lasting.agent_id,
    lasting.priority,
    lasting.organisation_id,
    lasting.channel,
    ending.queue_id as stopped_queue_id,
    ending.state_id as stopped_state_id,
    ending.category as stopped_category,
    ending.agent_id as stopped_agent_id,
    ending.priority as stopped_priority
from standing
left join lasting
    on standing.ticket_id = lasting.ticket_id
    and lasting.since <= standing.known_at
    and lasting.until > standing.known_at
left join lasting as ending
    on standing.ticket_id = ending.ticket_id
    and ending.since <= standing.stopped_at
    and ending.until > standing.stopped_at
