-- One row a ticket, as its last event left it; nothing here depends on the present time.
with tag_change as (
    select ticket_id, step, unnest(tags_added) as tag, true as is_on
    from fold
    where tags_added is not null
    union all
    select ticket_id, step, unnest(tags_removed), false
    from fold
    where tags_removed is not null
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
        min(occurred_at) as created_at,
        max(occurred_at) as last_event_at,
        max(ticket_version) as ticket_version,
        max_by(struct_pack(queue_id := queue_id, state_id := state_id, category := category, priority := priority, agent_id := agent_id), step) as latest,
        min_by(
            struct_pack(number := number, requester_id := requester_id, organisation_id := organisation_id, channel := channel, language := language, history_complete := history_complete, actor_kind := actor_kind, queue_id := queue_id, priority := priority, agent_id := agent_id),
            step
        ) filter (where kind = 'ticket.created') as first,
        min_by(
            struct_pack(occurred_at := occurred_at, actor_id := actor_id, queue_id := queue_id, priority := priority, state_id := state_id, category := category),
            step
        ) filter (where is_agent_reply) as reply,
        min(occurred_at) filter (where is_solve) as first_solved_at,
        max_by(
            struct_pack(occurred_at := occurred_at, agent_id := agent_id, queue_id := queue_id, priority := priority, state_id := state_id, category := category),
            step
        ) filter (where is_solve) as solve,
        count(*) filter (where is_solve)::integer as solve_count,
        count(*) filter (where is_reopen)::integer as reopen_count,
        count(*) filter (where is_agent_reply)::integer as agent_reply_count,
        count(*) filter (where is_customer_message)::integer as customer_message_count
    from marked
    group by ticket_id
),
standing as (
    select
        *,
        if(latest.category in ('SOLVED', 'CLOSED'), solve, null) as standing_solve
    from life
)
select
    ticket_id,
    first.number,
    created_at,
    latest.queue_id,
    latest.state_id,
    latest.category,
    latest.priority,
    latest.agent_id,
    first.requester_id,
    first.organisation_id,
    first.channel,
    first.language,
    first.queue_id as created_queue_id,
    first.priority as created_priority,
    first.agent_id as created_agent_id,
    first.organisation_id as created_organisation_id,
    first.actor_kind as created_by_kind,
    coalesce(tagged.tags, []) as tags,
    reply.occurred_at as first_replied_at,
    reply.actor_id as first_reply_agent_id,
    reply.queue_id as first_reply_queue_id,
    reply.priority as first_reply_priority,
    reply.state_id as first_reply_state_id,
    reply.category as first_reply_category,
    (epoch_us(reply.occurred_at) - epoch_us(created_at)) // 1000000 as first_reply_seconds,
    first_solved_at,
    (epoch_us(first_solved_at) - epoch_us(created_at)) // 1000000 as first_resolution_seconds,
    standing_solve.occurred_at as last_solved_at,
    standing_solve.agent_id as last_solved_agent_id,
    standing_solve.queue_id as last_solved_queue_id,
    standing_solve.priority as last_solved_priority,
    standing_solve.state_id as last_solved_state_id,
    standing_solve.category as last_solved_category,
    (epoch_us(standing_solve.occurred_at) - epoch_us(created_at)) // 1000000 as full_resolution_seconds,
    solve_count,
    reopen_count,
    agent_reply_count,
    customer_message_count,
    first.history_complete,
    ticket_version,
    last_event_at
from standing
left join tagged using (ticket_id)
