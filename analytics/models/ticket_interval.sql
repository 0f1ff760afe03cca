-- Spans of a ticket's life in which nothing that is counted changed: since <= t < until, until = infinity while open.
-- Of several events in one instant only the last counts, except that every change of category stays visible:
-- a solve and a reopen within one instant leave a span of no length.
-- actor_id is who moved the state in that instant, or, when nobody did, who acted last.
-- Counts are those of the ticket's life up to the span's first instant, that included: nothing here knows what comes.
with rest as (
    select
        *,
        lag(state_id) over life as state_before,
        lag(category) over life as category_before,
        lag(queue_id) over life as queue_before,
        lag(agent_id) over life as agent_before,
        lag(priority) over life as priority_before,
        lag(awaiting_reply) over life as awaited_before
    from fold
    where occurred_at is distinct from after_at or category <> coalesce(category_after, category)
    window life as (partition by ticket_id order by step)
),
boundary as (
    select
        *,
        state_before is distinct from state_id as is_visit_start,
        category in ('SOLVED', 'CLOSED')
            and coalesce(category_before, 'NEW') in ('NEW', 'OPEN', 'PENDING', 'HOLD') as is_solve,
        category in ('NEW', 'OPEN', 'PENDING', 'HOLD') and category_before in ('SOLVED', 'CLOSED') as is_reopen
    from rest
    where state_before is distinct from state_id
        or category_before <> category
        or queue_before <> queue_id
        or agent_before is distinct from agent_id
        or priority_before <> priority
        or awaited_before <> awaiting_reply
),
span as (
    select
        *,
        row_number() over life::integer as n,
        coalesce(lead(occurred_at) over life, timestamp 'infinity') as until,
        count(*) filter (where is_visit_start) over life::integer as visit,
        last_value(if(is_visit_start, occurred_at, null) ignore nulls) over life as visit_since,
        coalesce(lead(is_visit_start) over life, false) as is_visit_end,
        count(*) filter (where is_solve) over life::integer as solve_count,
        count(*) filter (where is_reopen) over life::integer as reopen_count,
        last_value(if(is_reopen, occurred_at, null) ignore nulls) over life as reopened_at,
        count(*) filter (where agent_before is distinct from agent_id) over life::integer as owner_spell,
        count(*) filter (where queue_before is distinct from queue_id) over life::integer as queue_spell
    from boundary
    window life as (partition by ticket_id order by step)
)
select
    span.ticket_id,
    span.n,
    span.occurred_at as since,
    span.until,
    span.state_id,
    span.category,
    span.category_before as before_category,
    span.queue_id,
    span.agent_id,
    span.priority,
    span.organisation_id,
    span.channel,
    span.requester_id,
    span.awaiting_reply,
    span.is_visit_start,
    span.visit,
    span.visit_since,
    span.is_visit_end,
    if(span.moved_at = span.occurred_at, span.mover_id, span.actor_id) as actor_id,
    if(span.moved_at = span.occurred_at, span.mover_kind, span.actor_kind) as actor_kind,
    span.created_at,
    span.worked_at,
    span.agent_reply_count,
    span.solve_count,
    span.reopen_count,
    span.reopened_at,
    span.owner_spell,
    span.queue_spell
from span
