-- Touches: what one agent does to a ticket by hand, without a pause of more than a minute, is one row at its start.
-- The values are the ticket's right after the first act; agent_id is who acted, owner_id who was responsible.
with act as (
    select
        *,
        lag(occurred_at) over (partition by ticket_id, actor_id, is_bulk order by step) as acted_at
    from fold
    where is_action
)
select
    ticket_id,
    ticket_version,
    occurred_at,
    actor_id as agent_id,
    agent_id as owner_id,
    queue_id,
    state_id,
    category,
    priority,
    organisation_id,
    channel,
    is_bulk
from act
where acted_at is null or occurred_at - acted_at > interval 1 minute
