-- The spans in which a running clock is past its due time, cut where the ticket's values change: since <= t < until. At its
-- due instant it can still be met, it is late right after it.
with late as (
    select *, greatest(since, due_at + interval 1 microsecond) as late_since
    from sla_segment
    where state = 'running' and due_at < until
)
select
    late.ticket_id,
    late.clock_id,
    row_number() over (partition by late.ticket_id, late.clock_id order by greatest(late.late_since, span.since))::integer as n,
    greatest(late.late_since, span.since) as since,
    least(late.until, span.until) as until,
    late.target,
    late.policy_id,
    late.calendar_id,
    span.queue_id,
    span.agent_id,
    span.state_id,
    span.category,
    span.priority,
    span.organisation_id,
    span.channel
from late
join ticket_interval as span
    on span.ticket_id = late.ticket_id
    and span.since < late.until
    and span.until > late.late_since
    and span.since < span.until
