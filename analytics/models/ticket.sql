-- One row a ticket, as its last event left it; nothing here depends on the present time.
with tag_change as (
    select ticket_id, 1 as step, unnest(tags) as tag, true as is_on
    from event
    where kind = 'ticket.created'
    union all
    select ticket_id, step, unnest(added), true
    from event join fold using (ticket_id, ticket_version)
    where event.kind = 'ticket.tags_changed'
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
involved as (
    select
        ticket_id,
        max(ticket_version) as ticket_version,
        list(distinct hand order by hand) filter (where hand is not null) as involved_ids
    from (
        select
            ticket_id,
            ticket_version,
            case
                when kind in ('ticket.created', 'ticket.assigned') then agent_id
                when kind = 'message.added' and author_kind <> 'end_user' then actor_id
            end as hand
        from event
    )
    group by ticket_id
),
watched as (
    select ticket_id, list(person_id order by person_id) as watcher_ids
    from (
        select event.ticket_id, event.person_id
        from event join fold using (ticket_id, ticket_version)
        where event.kind in ('ticket.watched', 'ticket.unwatched')
        group by event.ticket_id, event.person_id
        having max_by(event.kind, step) = 'ticket.watched'
    )
    group by ticket_id
),
spoken as (
    select
        ticket_id,
        max(occurred_at) as last_event_at,
        min_by(
            struct_pack(
                replied_at := occurred_at, agent_id := actor_id, queue_id := queue_id, priority := priority,
                state_id := state_id, category := category
            ),
            step
        ) filter (where is_agent_reply) as reply,
        count(*) filter (where is_agent_reply)::integer as agent_reply_count,
        count(*) filter (where is_customer_message)::integer as customer_message_count
    from fold
    group by ticket_id
),
-- a solve has the values of the span that begins with it: all that happened in that instant is part of them
turned as (
    select
        *,
        category in ('SOLVED', 'CLOSED')
            and coalesce(before_category, 'NEW') in ('NEW', 'OPEN', 'PENDING', 'HOLD') as is_solve,
        if(until < timestamp 'infinity', epoch_us(until) - epoch_us(since), null) as passed_us
    from ticket_interval
),
course as (
    select
        ticket_id,
        max_by(category, n) in ('SOLVED', 'CLOSED') as is_done,
        min(since) filter (where is_solve) as first_solved_at,
        max_by(
            struct_pack(
                solved_at := since, agent_id := agent_id, queue_id := queue_id, priority := priority,
                state_id := state_id, category := category, actor_kind := actor_kind,
                agent_reply_count := agent_reply_count
            ),
            n
        ) filter (where is_solve) as solve,
        max(solve_count) as solve_count,
        max(reopen_count) as reopen_count,
        coalesce(sum(passed_us) filter (where category in ('NEW', 'OPEN')), 0)::bigint // 1000000 as work_seconds,
        coalesce(sum(passed_us) filter (where category = 'PENDING'), 0)::bigint // 1000000 as pending_seconds,
        coalesce(sum(passed_us) filter (where category = 'HOLD'), 0)::bigint // 1000000 as hold_seconds,
        coalesce(sum(passed_us) filter (where category in ('NEW', 'OPEN', 'HOLD')), 0)::bigint
            // 1000000 as requester_wait_seconds,
        coalesce(
            sum(passed_us) filter (where agent_id is null and category in ('NEW', 'OPEN', 'PENDING', 'HOLD')), 0
        )::bigint // 1000000 as unassigned_seconds
    from turned
    group by ticket_id
),
solved as (
    select *, if(is_done, solve, null) as standing
    from course
)
select
    opening.ticket_id,
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
    reply.replied_at as first_replied_at,
    reply.agent_id as first_reply_agent_id,
    reply.queue_id as first_reply_queue_id,
    reply.priority as first_reply_priority,
    reply.state_id as first_reply_state_id,
    reply.category as first_reply_category,
    (epoch_us(reply.replied_at) - epoch_us(opening.occurred_at)) // 1000000 as first_reply_seconds,
    solved.first_solved_at,
    (epoch_us(solved.first_solved_at) - epoch_us(opening.occurred_at)) // 1000000 as first_resolution_seconds,
    standing.solved_at as last_solved_at,
    standing.agent_id as last_solved_agent_id,
    standing.queue_id as last_solved_queue_id,
    standing.priority as last_solved_priority,
    standing.state_id as last_solved_state_id,
    standing.category as last_solved_category,
    (epoch_us(standing.solved_at) - epoch_us(opening.occurred_at)) // 1000000 as full_resolution_seconds,
    solved.solve_count,
    solved.reopen_count,
    spoken.agent_reply_count,
    spoken.customer_message_count,
    opening.history_complete,
    involved.ticket_version,
    spoken.last_event_at,
    opening.actor_id as creator_id,
    coalesce(involved.involved_ids, []) as involved_ids,
    coalesce(watched.watcher_ids, []) as watcher_ids,
    standing.actor_kind as last_solved_actor_kind,
    standing.agent_reply_count as last_solved_reply_count,
    solved.work_seconds,
    solved.pending_seconds,
    solved.hold_seconds,
    solved.requester_wait_seconds,
    solved.unassigned_seconds
from event as opening
join spoken using (ticket_id)
join ticket_interval as latest using (ticket_id)
join solved using (ticket_id)
left join tagged using (ticket_id)
join involved using (ticket_id)
left join watched using (ticket_id)
where opening.kind = 'ticket.created' and latest.until = timestamp 'infinity'
