-- The spans in which a running clock is past its due time, cut where the ticket's values change: since <= t < until. At its
-- due instant it can still be met, it is late right after it. uncovered_since is when all of the ticket's spans have ended that
-- began before: what tickets are late, however many of their clocks are, lasts from then on (not at all, if it is not before
-- until). Of those that begin in one instant the shorter comes first.
with late as (
    select *, greatest(since, due_at + interval 1 microsecond) as late_since
    from sla_segment
    where state = 'running' and due_at < until
),
piece as (
    select
        late.ticket_id,
        late.clock_id,
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
)
select
    ticket_id,
    clock_id,
    row_number() over (partition by ticket_id, clock_id order by since)::integer as n,
    since,
    until,
    greatest(since, max(until) over (
        partition by ticket_id order by since, until, clock_id rows between unbounded preceding and 1 preceding
    )) as uncovered_since,
    * exclude (ticket_id, clock_id, since, until)
from piece
