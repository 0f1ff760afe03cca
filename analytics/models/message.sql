-- One row a message, with the ticket's values at that instant, what it answers, and whether it is a contact:
-- what a customer writes within five minutes of their last message belongs to that one.
with heard as (
    select
        *,
        lag(occurred_at) over (partition by ticket_id, actor_id, is_customer_message order by step) as spoke_at
    from fold
    where kind = 'message.added'
)
select
    event.ticket_id,
    event.message_id,
    heard.occurred_at,
    event.direction,
    event.visibility,
    event.author_kind,
    event.actor_id as author_id,
    event.channel,
    event.is_first,
    event.is_auto,
    heard.is_agent_reply,
    event.chars,
    heard.queue_id,
    heard.agent_id as owner_id,
    heard.priority,
    heard.organisation_id,
    heard.state_id,
    heard.category,
    heard.is_customer_message
        and (heard.spoke_at is null or heard.occurred_at - heard.spoke_at > interval 5 minutes) as is_contact,
    if(heard.is_agent_reply, heard.agent_reply_count, null) as reply_number,
    turn.started_at as waited_since,
    turn.wait_seconds as waited_seconds,
    event.made_from,
    event.edited
from event
join heard using (ticket_id, ticket_version)
left join turn on turn.ticket_id = event.ticket_id and turn.answer_version = event.ticket_version
where event.kind = 'message.added'
