-- One row a message, with the ticket's values at that instant.
select
    event.ticket_id,
    event.message_id,
    fold.occurred_at,
    event.direction,
    event.visibility,
    event.author_kind,
    event.actor_id as author_id,
    event.channel,
    event.is_first,
    event.is_auto,
    fold.is_agent_reply,
    event.chars,
    fold.queue_id,
    fold.agent_id as owner_id,
    fold.priority,
    opening.organisation_id
from event
join fold using (ticket_id, ticket_version)
join event as opening on opening.ticket_id = event.ticket_id and opening.kind = 'ticket.created'
where event.kind = 'message.added'
