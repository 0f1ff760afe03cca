-- What an SLA clock was, span by span: since <= t < until, until = infinity for as it stands now. Each event of a clock
-- carries all of it; warnings, escalations and the note of a breach change nothing (a breach follows from due_at).
-- Of several events in one instant only the last counts.
with told as (
    select
        event.ticket_id,
        event.ticket_version,
        greatest(event.occurred_at, opening.occurred_at) as occurred_at,
        unnest(from_json(event.payload, '{
            "clock_id": "UUID",
            "target": "VARCHAR",
            "metric": "VARCHAR",
            "cycle": "INTEGER",
            "state": "VARCHAR",
            "reason": "VARCHAR",
            "policy_id": "UUID",
            "policy_version": "INTEGER",
            "basis": "VARCHAR",
            "calendar_id": "UUID",
            "calendar_version": "INTEGER",
            "target_seconds": "BIGINT",
            "started_at": "TIMESTAMP",
            "counted_at": "TIMESTAMP",
            "due_at": "TIMESTAMP",
            "stopped_at": "TIMESTAMP",
            "is_born_breached": "BOOLEAN",
            "elapsed_business_us": "BIGINT",
            "elapsed_calendar_us": "BIGINT",
            "is_due_by_hand": "BOOLEAN",
            "derived_due_at": "TIMESTAMP"
        }'))
    from event
    join event as opening on opening.ticket_id = event.ticket_id and opening.kind = 'ticket.created'
    where event.kind in (
        'sla.clock.activated', 'sla.clock.applied', 'sla.clock.paused', 'sla.clock.resumed', 'sla.clock.fulfilled',
        'sla.clock.cancelled'
    )
),
span as (
    select
        *,
        occurred_at as since,
        coalesce(lead(occurred_at) over clock, timestamp 'infinity') as until
    from told
    window clock as (partition by ticket_id, clock_id order by occurred_at, ticket_version)
)
select
    ticket_id,
    clock_id,
    row_number() over (partition by ticket_id, clock_id order by since)::integer as n,
    since,
    until,
    target,
    metric,
    cycle,
    state,
    reason,
    policy_id,
    policy_version,
    basis,
    calendar_id,
    calendar_version,
    target_seconds,
    started_at,
    counted_at,
    due_at,
    stopped_at,
    is_born_breached,
    elapsed_business_us // 1000000 as elapsed_business_seconds,
    elapsed_calendar_us // 1000000 as elapsed_calendar_seconds,
    coalesce(is_due_by_hand, false) as is_due_by_hand,
    derived_due_at
from span
where since < until
