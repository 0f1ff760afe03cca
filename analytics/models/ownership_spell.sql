-- In whose hands a ticket was: spells of owners and of queues, each with the values as it began. n counts spells without
-- an owner between two owners, too, which have no row: the first owner's is 1. replied_at is the holder's first public reply in the spell, the instant of its end
-- included: who answers and hands over in one go has answered. Seconds count what is over of the spell.
with side as (
    select
        *,
        unnest(['owner', 'queue']) as side,
        unnest([agent_id, queue_id]) as holder_id,
        unnest([owner_spell, queue_spell]) as spell,
        if(until < timestamp 'infinity', epoch_us(until) - epoch_us(since), null) as passed_us
    from ticket_interval
),
spell as (
    select
        ticket_id,
        side,
        spell as n,
        any_value(holder_id) as holder_id,
        min(since) as since,
        max(until) as until,
        arg_min(
            struct_pack(
                created_at := created_at, queue_id := queue_id, agent_id := agent_id, state_id := state_id,
                category := category, priority := priority, organisation_id := organisation_id, channel := channel
            ),
            side.n
        ) as start,
        coalesce(sum(passed_us) filter (where category in ('NEW', 'OPEN')), 0)::bigint // 1000000 as work_seconds,
        coalesce(sum(passed_us) filter (where category = 'PENDING'), 0)::bigint // 1000000 as pending_seconds,
        coalesce(sum(passed_us) filter (where category = 'HOLD'), 0)::bigint // 1000000 as hold_seconds
    from side
    group by ticket_id, side, spell
),
reply as (
    select spell.ticket_id, spell.side, spell.n, min(fold.occurred_at) as replied_at
    from fold
    join spell using (ticket_id)
    where fold.is_agent_reply
        and (spell.side = 'queue' or fold.actor_id = spell.holder_id)
        and fold.occurred_at between spell.since and spell.until
    group by all
),
station as (
    select
        *,
        lag(holder_id) over (partition by ticket_id, side order by n) as before_id,
        row_number() over (partition by ticket_id, side, holder_id order by n) > 1 as is_return
    from spell
)
select
    station.ticket_id,
    station.side,
    station.n,
    station.since,
    station.until,
    station.holder_id,
    station.before_id,
    station.is_return,
    start.created_at,
    reply.replied_at,
    station.work_seconds,
    station.pending_seconds,
    station.hold_seconds,
    start.queue_id,
    start.agent_id,
    start.state_id,
    start.category,
    start.priority,
    start.organisation_id,
    start.channel
from station
left join reply using (ticket_id, side, n)
where station.holder_id is not null
