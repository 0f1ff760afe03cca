-- One row a ticket, as its last event left it; nothing here depends on the present time.
with tag_change as (
    select ticket_id, step, unnest(coalesce(tags, added)) as tag, true as is_on
    from event join fold using (ticket_id, ticket_version)
    where event.kind in ('ticket.created', 'ticket.tags_changed')
    union all
    select ticket_id, step, unnest(removed), false
    from event join fold using (ticket_id, ticket_version)
    where event.kind = 'ticket.tags_changed'
),
tag_now as (
    select ticket_id, tag
    from tag_change
    group by ticket_id, tag
    having max_by(is_on, step)
),
tagged as (
    select ticket_id, list(tag order by tag) as tags
    from tag_now
    group by ticket_id
),
marked as (
    select
        *,
        category in ('SOLVED', 'CLOSED')
            and (before_category is null or before_category in ('NEW', 'OPEN', 'PENDING', 'HOLD')) as is_solve,
        before_category in ('SOLVED', 'CLOSED') and category in ('NEW', 'OPEN', 'PENDING', 'HOLD') as is_reopen
    from fold
),
life as (
    select
        ticket_id,
        max(ticket_version) as ticket_version,
        min(step) filter (where is_agent_reply) as reply_step,
        min(occurred_at) filter (where is_solve) as first_solved_at,
        max(step) filter (where is_solve) as solve_step,
        count(*) filter (where is_solve)::integer as solve_count,
        count(*) filter (where is_reopen)::integer as reopen_count,
        count(*) filter (where is_agent_reply)::integer as agent_reply_count,
        count(*) filter (where is_customer_message)::integer as customer_message_count
    from marked
    group by ticket_id
)
select
    life.ticket_id,
    opening.number,
    opening.occurred_at as created_at,
    latest.queue_id,
    latest.state_id,
    latest.category,
    latest.priority,
    latest.agent_id,
    opening.requester_id,
    opening.organisation_id,
    opening.channel,
    opening.language,
    opening.queue_id as created_queue_id,
    opening.priority as created_priority,
    opening.agent_id as created_agent_id,
    opening.organisation_id as created_organisation_id,
    opening.actor_kind as created_by_kind,
    coalesce(tagged.tags, []) as tags,
    reply.occurred_at as first_replied_at,
    reply.actor_id as first_reply_agent_id,
    reply.queue_id as first_reply_queue_id,
    reply.priority as first_reply_priority,
    reply.state_id as first_reply_state_id,
    reply.category as first_reply_category,
    (epoch_us(reply.occurred_at) - epoch_us(opening.occurred_at)) // 1000000 as first_reply_seconds,
    first_solved_at,
    (epoch_us(first_solved_at) - epoch_us(opening.occurred_at)) // 1000000 as first_resolution_seconds,
    solve.occurred_at as last_solved_at,
    solve.agent_id as last_solved_agent_id,
    solve.queue_id as last_solved_queue_id,
    solve.priority as last_solved_priority,
    solve.state_id as last_solved_state_id,
    solve.category as last_solved_category,
    (epoch_us(solve.occurred_at) - epoch_us(opening.occurred_at)) // 1000000 as full_resolution_seconds,
    solve_count,
    reopen_count,
    agent_reply_count,
    customer_message_count,
    opening.history_complete,
    life.ticket_version,
    latest.occurred_at as last_event_at
from life
join event as opening on opening.ticket_id = life.ticket_id and opening.kind = 'ticket.created'
join fold as latest on latest.ticket_id = life.ticket_id and latest.after_at is null
left join fold as reply on reply.ticket_id = life.ticket_id and reply.step = life.reply_step
left join fold as solve
    on solve.ticket_id = life.ticket_id
    and solve.step = life.solve_step
    and latest.category in ('SOLVED', 'CLOSED')
left join tagged on tagged.ticket_id = life.ticket_id
