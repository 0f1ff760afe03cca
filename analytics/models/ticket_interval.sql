-- Spans of a ticket's life in which nothing that is counted changed: since <= t < until, until = infinity while open.
-- Of several events in one instant only the last counts, except that every change of category stays visible:
-- a solve and a reopen within one instant leave a span of no length.
-- actor_id is who moved the state in that instant, or, when nobody did, who acted last.
-- stands tells as bits what levels count it in: 1024 it is unsolved, 512 it is there (not merged), 256 it is unsolved and
-- nobody's, 128 it is begun and somebody's, 64 it is new or open and somebody's, 32 it is new or open and the customer waits.
-- changes_in tells as bits what is other than before as the span begins, changes_out what will be other as it ends: those
-- same, and 2048 queue, 16 category, 8 whether the customer waits, 4 agent, 2 state, 1 priority. Beside a span of no length
-- all of them are set, as at the beginning of a life.
-- Counts are those of the ticket's life up to the span's first instant, that included: nothing here knows what comes.
with placed as (
    select
        *,
        case
            when category = 'NEW' then 1536 + if(agent_id is null, 256, 64) + if(awaiting_reply, 32, 0)
            when category = 'OPEN' then 1536 + if(agent_id is null, 256, 192) + if(awaiting_reply, 32, 0)
            when category in ('PENDING', 'HOLD') then 1536 + if(agent_id is null, 256, 128)
            when category <> 'MERGED' then 512
            else 0
        end as stands
    from fold
    where occurred_at is distinct from after_at or category <> coalesce(category_after, category)
),
rest as (
    select
        *,
        lag(stands) over life as stood_before,
        lag(state_id) over life as state_before,
        lag(category) over life as category_before,
        lag(queue_id) over life as queue_before,
        lag(agent_id) over life as agent_before,
        lag(priority) over life as priority_before,
        lag(awaiting_reply) over life as awaited_before
    from placed
    window life as (partition by ticket_id order by step)
),
boundary as (
    select
        *,
        state_before is distinct from state_id as is_visit_start,
        category in ('SOLVED', 'CLOSED')
            and coalesce(category_before, 'NEW') in ('NEW', 'OPEN', 'PENDING', 'HOLD') as is_solve,
        category in ('NEW', 'OPEN', 'PENDING', 'HOLD') and category_before in ('SOLVED', 'CLOSED') as is_reopen,
        xor(stands, stood_before)
            + if(queue_before <> queue_id, 2048, 0)
            + if(category_before <> category, 16, 0)
            + if(awaited_before <> awaiting_reply, 8, 0)
            + if(agent_before is distinct from agent_id, 4, 0)
            + if(state_before is distinct from state_id, 2, 0)
            + if(priority_before <> priority, 1, 0) as changes
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
        count(*) filter (where queue_before is distinct from queue_id) over life::integer as queue_spell,
        if(coalesce(lag(occurred_at) over life, occurred_at) = occurred_at, 4095, changes)::integer as changes_in,
        if(lead(occurred_at) over life = lead(occurred_at, 2) over life, 4095, lead(changes) over life)::integer as changes_out
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
    span.queue_spell,
    span.stands::integer as stands,
    span.changes_in,
    span.changes_out
from span
