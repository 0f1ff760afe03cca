-- A customer's turns: from the oldest public message that nobody has answered until an agent's public reply, or until
-- it became void: solved without one, or answered on another ticket. answered_at and void_at are null while it waits.
with flip as (
    select
        *,
        lag(awaiting_reply, 1, false) over life as awaited_before
    from fold
    window life as (partition by ticket_id order by step)
),
turned as (
    select
        *,
        lead(occurred_at) over life as ended_at,
        lead(is_agent_reply) over life as is_answered,
        lead(actor_id) over life as ender_id,
        lead(ticket_version) over life as ender_version
    from flip
    where awaiting_reply <> awaited_before
    window life as (partition by ticket_id order by step)
)
select
    ticket_id,
    row_number() over (partition by ticket_id order by step)::integer as n,
    occurred_at as started_at,
    if(is_answered, ended_at, null) as answered_at,
    if(not is_answered, ended_at, null) as void_at,
    if(is_answered, ender_id, null) as responder_id,
    (epoch_us(if(is_answered, ended_at, null)) - epoch_us(occurred_at)) // 1000000 as wait_seconds,
    queue_id,
    agent_id as owner_id,
    priority,
    if(is_answered, ender_version, null) as answer_version
from turned
where awaiting_reply
