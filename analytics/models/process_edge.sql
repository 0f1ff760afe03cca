-- How work moves: one row each time a ticket comes to another state, another queue or another hand (`activity`), and to its
-- first one, whose source is null. Nobody is no hand: a row with target null tells that one let go, and a hand that takes
-- it up then has it from the last one who had it. since, left_at: from when to when the source had it; both are over.
with moved as (
    select
        ticket_id,
        n,
        since as occurred_at,
        is_visit_start,
        actor_id,
        actor_kind,
        queue_id,
        agent_id,
        state_id,
        category,
        priority,
        organisation_id,
        channel,
        lag(state_id) over life as state_before,
        lag(visit_since) over life as visit_before,
        lag(queue_id) over life as queue_before,
        lag(agent_id) over life as agent_before
    from ticket_interval
    window life as (partition by ticket_id order by n)
),
-- few rows of each ticket: most spans change no queue and no hand
taken as (
    select 'queue' as activity, queue_id as target_id, * from moved where n = 1 or queue_before <> queue_id
    union all
    select 'agent', agent_id, * from moved where agent_before is distinct from agent_id
),
step as (
    select
        *,
        lag(target_id ignore nulls) over way as source_id,
        lag(if(target_id is null, null, occurred_at) ignore nulls) over way as source_since,
        -- a hand that let go had it until then
        if(lag(target_id) over way is null, lag(occurred_at) over way, occurred_at) as left_at
    from taken
    window way as (partition by ticket_id, activity order by n)
    union all by name
    select
        *,
        'state' as activity,
        state_id as target_id,
        state_before as source_id,
        visit_before as source_since,
        if(state_before is null, null, occurred_at) as left_at
    from moved
    where is_visit_start
)
select
    ticket_id,
    activity,
    n,
    occurred_at,
    source_id,
    target_id,
    source_since as since,
    left_at,
    (epoch_us(left_at) - epoch_us(source_since)) // 1000000 as seconds,
    actor_id,
    actor_kind,
    queue_id,
    agent_id,
    state_id,
    category,
    priority,
    organisation_id,
    channel
from step
