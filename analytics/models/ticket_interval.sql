-- Spans of a ticket's life in which nothing that is counted changed: since <= t < until, until = infinity while open.
-- Of several events in one instant only the last counts, except that every change of category stays visible:
-- a solve and a reopen within one instant leave a span of no length. Its actor is who caused its first event.
with run_edge as (
    select
        *,
        before_at is distinct from occurred_at or before_category is distinct from category as opens_run,
        after_at is distinct from occurred_at or after_category is distinct from category as closes_run
    from fold
),
run as (
    select
        *,
        if(opens_run, actor_id, lag(actor_id) over life) as cause_id
    from run_edge
    where opens_run or closes_run
    window life as (partition by ticket_id order by step)
),
span as (
    select
        *,
        lag((state_id, queue_id, agent_id, priority, organisation_id, channel, requester_id, awaiting_reply)) over life
            as before,
        lag(category) over life as category_before,
        lag(state_id) over life as state_before
    from run
    where closes_run
    window life as (partition by ticket_id order by step)
),
boundary as (
    select
        *,
        state_before is distinct from state_id as is_visit_start
    from span
    where category_before is distinct from category
        or before is distinct from
            (state_id, queue_id, agent_id, priority, organisation_id, channel, requester_id, awaiting_reply)
)
select
    ticket_id,
    row_number() over life::integer as n,
    occurred_at as since,
    coalesce(lead(occurred_at) over life, timestamp 'infinity') as until,
    state_id,
    category,
    category_before as before_category,
    queue_id,
    agent_id,
    priority,
    organisation_id,
    channel,
    requester_id,
    awaiting_reply,
    is_visit_start,
    count(*) filter (where is_visit_start) over life::integer as visit,
    last_value(if(is_visit_start, occurred_at, null) ignore nulls) over life as visit_since,
    coalesce(lead(is_visit_start) over life, false) as is_visit_end,
    cause_id as actor_id
from boundary
window life as (partition by ticket_id order by step)
