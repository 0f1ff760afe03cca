-- A ticket's life, one row an event: the values in force right after it, and what the neighbours in time tell.
-- An event that claims an earlier time than its ticket's creation counts as of the creation.
with created as (
    select
        ticket_id,
        occurred_at as created_at,
        requester_id,
        organisation_id,
        channel
    from event
    where kind = 'ticket.created'
),
step as (
    select
        event.*,
        greatest(event.occurred_at, created.created_at) as happened_at,
        created.requester_id as ticket_requester_id,
        created.organisation_id as ticket_organisation_id,
        created.channel as ticket_channel,
        visibility = 'public' and event.author_kind = 'end_user' as is_customer_message,
        visibility = 'public' and event.author_kind = 'agent' and not is_auto and not is_first as is_agent_reply
    from event
    join created using (ticket_id)
)
select
    ticket_id,
    ticket_version,
    kind,
    happened_at as occurred_at,
    actor_id,
    actor_kind,
    row_number() over life as step,
    lag(happened_at) over life as before_at,
    lead(happened_at) over life as after_at,
    last_value(state_id ignore nulls) over life as state_id,
    last_value(category ignore nulls) over life as category,
    last_value(category ignore nulls) over earlier as before_category,
    coalesce(lead(category) over life, last_value(category ignore nulls) over life) as after_category,
    last_value(queue_id ignore nulls) over life as queue_id,
    last_value(priority ignore nulls) over life as priority,
    -- nobody is a value here: an unassignment must not be taken for silence
    nullif(
        last_value(
            case
                when kind in ('ticket.created', 'ticket.assigned')
                then coalesce(agent_id, '00000000-0000-0000-0000-000000000000')
            end
            ignore nulls
        ) over life,
        '00000000-0000-0000-0000-000000000000'
    ) as agent_id,
    ticket_organisation_id as organisation_id,
    ticket_channel as channel,
    ticket_requester_id as requester_id,
    coalesce(
        last_value(
            case
                when is_customer_message then true
                when is_agent_reply or category in ('SOLVED', 'CLOSED') then false
            end
            ignore nulls
        ) over life,
        false
    ) as awaiting_reply,
    coalesce(is_customer_message, false) as is_customer_message,
    coalesce(is_agent_reply, false) as is_agent_reply,
    number,
    language,
    history_complete,
    coalesce(tags, added) as tags_added,
    removed as tags_removed,
    message_id,
    direction,
    visibility,
    author_kind,
    channel as message_channel,
    is_first,
    is_auto,
    chars
from step
window
    life as (
        partition by ticket_id
        order by happened_at, ticket_version
        rows between unbounded preceding and current row
    ),
    earlier as (
        partition by ticket_id
        order by happened_at, ticket_version
        rows between unbounded preceding and 1 preceding
    )
