-- The spans in which a running clock is past its due time, cut where the ticket's values change: since <= t < until.
-- uncovered_since is when all of the ticket's spans have ended that began before: what tickets are late, however many of their
-- clocks are, lasts from then on (not at all, if it is not before until). Of those that begin in one instant the shorter comes
-- first.
select
    ticket_id,
    clock_id,
    row_number() over (partition by ticket_id, clock_id order by since)::integer as n,
    since,
    until,
    greatest(since, max(until) over (
        partition by ticket_id order by since, until, clock_id rows between unbounded preceding and 1 preceding
    )) as uncovered_since,
    * exclude (is_late, ticket_id, clock_id, since, until)
from sla_piece
where is_late
