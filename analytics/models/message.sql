-- One row a message, with the ticket's values at that instant.
select
    ticket_id,
    message_id,
    occurred_at,
    direction,
    visibility,
    author_kind,
    actor_id as author_id,
    message_channel as channel,
    is_first,
    is_auto,
    is_agent_reply,
    chars,
    queue_id,
    agent_id as owner_id,
    priority,
    organisation_id
from fold
where kind = 'message.added'
