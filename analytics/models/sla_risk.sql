-- The spans in which a running clock has little time left, until right after its due time, cut where the ticket's values
-- change: since <= t < until.
select
    ticket_id,
    clock_id,
    row_number() over (partition by ticket_id, clock_id order by since)::integer as n,
    * exclude (is_late, ticket_id, clock_id)
from sla_piece
where not is_late
