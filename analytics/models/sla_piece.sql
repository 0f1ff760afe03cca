-- The spans in which a running clock is late and those in which it has little time left, each cut where the ticket's values
-- change: since <= t < until. At its due instant a clock can still be met, it is late right after it.
-- Little is half an hour or a fifth of the target, whichever is more (core/promises.py), in the target's own time: near_since
-- is when there is so much of it before the due time. Of what counts business hours that is looked up in the version of the
-- calendar that the clock names (a version never changes): the open time up to the due time, and the instant at which there
-- was so much less of it.
with running as (
    select
        *,
        greatest(target_seconds // 5, 1800) as little_seconds,
        basis = 'business' and calendar_id is not null as is_business
    from sla_segment
    where state = 'running' and due_at >= since
),
edge as (
    select *
    from calendar_breakpoint
    where (calendar_id, version) in (select distinct calendar_id, calendar_version from running where is_business)
),
opening as (
    select calendar_id, version, edge_at, open_seconds * 1000000 as opened_us
    from edge
    where is_open
),
placed as (
    select
        running.*,
        (edge.open_seconds - little_seconds) * 1000000
            + if(edge.is_open, epoch_us(running.due_at) - epoch_us(edge.edge_at), 0) as near_us
    from running
    asof left join edge
        on running.calendar_id = edge.calendar_id
        and running.calendar_version = edge.version
        and running.due_at >= edge.edge_at
),
near as (
    select
        placed.*,
        greatest(since, if(
            is_business,
            opening.edge_at + to_microseconds((near_us - opening.opened_us) // 1000000 * 1000000),
            due_at - to_microseconds(little_seconds * 1000000)
        )) as near_since,
        least(until, due_at + interval 1 microsecond) as over_at,
        not is_business or near_us is not null as is_known
    from placed
    asof left join opening
        on placed.calendar_id = opening.calendar_id
        and placed.calendar_version = opening.version
        and placed.near_us > opening.opened_us
),
stretch as (
    select
        true as is_late,
        ticket_id,
        clock_id,
        target,
        policy_id,
        calendar_id,
        greatest(since, due_at + interval 1 microsecond) as since,
        until
    from sla_segment
    where state = 'running' and due_at < until
    union all
    select
        false,
        ticket_id,
        clock_id,
        target,
        policy_id,
        calendar_id,
        near_since,
        over_at
    from near
    where is_known and near_since < over_at
)
select
    stretch.is_late,
    stretch.ticket_id,
    stretch.clock_id,
    greatest(stretch.since, span.since) as since,
    least(stretch.until, span.until) as until,
    stretch.target,
    stretch.policy_id,
    stretch.calendar_id,
    span.queue_id,
    span.agent_id,
    span.state_id,
    span.category,
    span.priority,
    span.organisation_id,
    span.channel
from stretch
join ticket_interval as span
    on span.ticket_id = stretch.ticket_id
    and span.since < stretch.until
    and span.until > stretch.since
    and span.since < span.until
