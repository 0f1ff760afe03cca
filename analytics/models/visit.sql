-- Finished visits of a ticket to an unsolved state, one row each, with the ticket's values as they ended: since <= t < until.
-- Moving to another queue, owner or priority ends no visit.
select
    ticket_id,
    n,
    visit_since as since,
    until,
    solve_count,
    queue_id,
    agent_id,
    state_id,
    category,
    priority,
    organisation_id,
    channel
from ticket_interval
where is_visit_end and category in ('NEW', 'OPEN', 'PENDING', 'HOLD') and until > visit_since
