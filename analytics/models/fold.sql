-- A ticket's life, one row an event: the values in force right after it. Order: (occurred_at, ticket_version).
-- An event that claims an earlier time than its ticket's creation counts as of the creation.
with step as (
    select
        event.ticket_id,
        event.ticket_version,
        event.kind,
        greatest(event.occurred_at, opening.occurred_at) as happened_at,
        opening.occurred_at as created_at,
        opening.requester_id,
        opening.organisation_id,
        opening.channel,
        event.actor_id,
        event.actor_kind,
        event.source = 'bulk' as is_bulk,
        -- what somebody of the house did by hand; that clocks, watchers and other tickets followed is no work
        event.actor_kind = 'agent'
            and not coalesce(event.is_auto, false)
            and event.kind in (
                'ticket.created', 'message.added', 'ticket.status_changed', 'ticket.assigned', 'ticket.queue_changed',
                'ticket.priority_changed', 'ticket.tags_changed', 'ticket.field_changed', 'ticket.retitled'
            ) as is_action,
        event.state_id,
        event.category,
        event.queue_id,
        event.priority,
        -- nobody is a value here: an unassignment must not be taken for silence
        case
            when event.kind in ('ticket.created', 'ticket.assigned')
            then coalesce(event.agent_id, '00000000-0000-0000-0000-000000000000')
        end as agent_id,
        coalesce(event.visibility = 'public' and event.author_kind = 'end_user', false) as is_customer_message,
        coalesce(
            event.visibility = 'public' and event.author_kind = 'agent' and not event.is_auto and not event.is_first,
            false
        ) as is_agent_reply,
        -- by a merge or its undoing a ticket shows another thread: what waits in it is told
        if(event.kind = 'ticket.thread_changed', event.awaiting_reply_since is not null, null) as awaits
    from event
    join event as opening on opening.ticket_id = event.ticket_id and opening.kind = 'ticket.created'
    -- clocks follow what happens to a ticket, they do not happen to it
    where not starts_with(event.kind, 'sla.')
)
select
    ticket_id,
    ticket_version,
    kind,
    happened_at as occurred_at,
    created_at,
    requester_id,
    organisation_id,
    channel,
    actor_id,
    actor_kind,
    is_customer_message,
    is_agent_reply,
    is_action,
    is_bulk,
    row_number() over life as step,
    lead(happened_at) over life as after_at,
    last_value(state_id ignore nulls) over life as state_id,
    last_value(category ignore nulls) over life as category,
    last_value(category ignore nulls) over earlier as before_category,
    lead(category) over life as category_after,
    last_value(if(category is not null, happened_at, null) ignore nulls) over life as moved_at,
    last_value(if(category is not null, actor_id, null) ignore nulls) over life as mover_id,
    last_value(if(category is not null, actor_kind, null) ignore nulls) over life as mover_kind,
    count(*) filter (where is_agent_reply) over life::integer as agent_reply_count,
    -- the first owner, or the first hand laid on it
    first_value(
        if(is_action or agent_id <> '00000000-0000-0000-0000-000000000000', happened_at, null) ignore nulls
    ) over life as worked_at,
    last_value(queue_id ignore nulls) over life as queue_id,
    last_value(priority ignore nulls) over life as priority,
    nullif(last_value(agent_id ignore nulls) over life, '00000000-0000-0000-0000-000000000000') as agent_id,
    coalesce(
        last_value(
            case
                when awaits is not null then awaits
                when is_customer_message then true
                when is_agent_reply or category in ('SOLVED', 'CLOSED') then false
            end
            ignore nulls
        ) over life,
        false
    ) as awaiting_reply,
    -- the last public words of both sides
    last_value(if(is_customer_message, happened_at, null) ignore nulls) over life as customer_at,
    last_value(if(is_agent_reply, happened_at, null) ignore nulls) over life as reply_at
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
