-- Solves: each with all that its span is when it begins, and with what its ticket had seen by then (touches, hands, waits …),
-- so that nobody has to look through histories for it. Of what comes later there is only what a solve is watched for:
-- back_at, when the ticket next asked for something again, reopened_again_at, and whether this is the solve that stands.
with solved as (
    select
        *,
        least(since, created_at + interval 60 seconds) as routed_at,
        n = max(n) over (partition by ticket_id) as is_last
    from ticket_interval
    where category in ('SOLVED', 'CLOSED')
        and coalesce(before_category, 'NEW') in ('NEW', 'OPEN', 'PENDING', 'HOLD')
),
-- few tickets change their priority: only those are put in order
changed as (
    select ticket_id
    from ticket_interval
    group by ticket_id
    having min(priority) < max(priority)
),
raised as (
    select ticket_id, min(n) as raised_n
    from (
        select ticket_id, n, priority > lag(priority) over (partition by ticket_id order by n) as is_raise
        from ticket_interval
        semi join changed using (ticket_id)
    )
    where is_raise
    group by ticket_id
),
passed as (
    select *, if(until < timestamp 'infinity', epoch_us(until) - epoch_us(since), null) as passed_us
    from ticket_interval
),
span as (
    select
        solved.ticket_id,
        solved.n,
        coalesce(sum(passed_us) filter (where span.n < solved.n and span.category in ('NEW', 'OPEN')), 0) as work_us,
        coalesce(sum(passed_us) filter (where span.n < solved.n and span.category = 'PENDING'), 0) as pending_us,
        coalesce(sum(passed_us) filter (where span.n < solved.n and span.category = 'HOLD'), 0) as hold_us,
        coalesce(
            sum(passed_us) filter (
                where span.n < solved.n
                    and span.category in ('NEW', 'OPEN', 'PENDING', 'HOLD')
                    and span.agent_id is null
            ),
            0
        ) as unassigned_us,
        min(span.since) filter (
            where span.n >= solved.n and (span.awaiting_reply or span.category in ('NEW', 'OPEN', 'PENDING', 'HOLD'))
        ) as back_at,
        min(span.since) filter (
            where span.n > solved.n
                and span.category in ('NEW', 'OPEN', 'PENDING', 'HOLD')
                and span.before_category in ('SOLVED', 'CLOSED')
        ) as reopened_again_at,
        max_by(span.category, span.n) in ('SOLVED', 'CLOSED') as is_done
    from solved
    join passed as span using (ticket_id)
    group by all
),
touched as (
    select solved.ticket_id, solved.n, count(*) as touch_count
    from solved
    join agent_activity as touch on touch.ticket_id = solved.ticket_id and touch.occurred_at <= solved.since
    group by all
),
held as (
    select
        solved.ticket_id,
        solved.n,
        count(*) filter (where spell.side = 'owner' and spell.since <= solved.since) as owner_count,
        any_value(spell.holder_id) filter (
            where spell.side = 'queue' and spell.since <= solved.routed_at and spell.until > solved.routed_at
        ) as routed_queue_id
    from solved
    join ownership_spell as spell using (ticket_id)
    group by all
),
word as (
    select
        solved.ticket_id,
        solved.n,
        if(word.is_agent_reply, word.author_id, null) as replier_id,
        word.channel,
        -- how long the customer had waited for this reply: for the first one since the ticket's creation
        case
            when word.reply_number = 1 then (epoch_us(word.occurred_at) - epoch_us(solved.created_at)) // 1000000
            when word.is_agent_reply then word.waited_seconds
        end as waited_seconds
    from solved
    join message as word on word.ticket_id = solved.ticket_id and word.occurred_at <= solved.since
    where word.visibility = 'public'
),
said as (
    select
        ticket_id,
        n,
        count(distinct replier_id) as replier_count,
        count(distinct channel) as channel_count,
        count(waited_seconds) as wait_count,
        sum(waited_seconds) as wait_seconds,
        max(waited_seconds) as longest_wait_seconds
    from word
    group by ticket_id, n
),
-- who had it in NEW or OPEN, for how long
hand as (
    select
        solved.ticket_id,
        solved.n,
        span.agent_id,
        sum(span.passed_us)::bigint as held_us
    from solved
    join passed as span on span.ticket_id = solved.ticket_id and span.n < solved.n
    where span.agent_id is not null and span.category in ('NEW', 'OPEN') and span.since < span.until
    group by all
),
share as (
    select
        ticket_id,
        n,
        list(agent_id order by agent_id) as hand_ids,
        list(held_us / total_us order by agent_id) as hand_shares
    from (select *, sum(held_us) over (partition by ticket_id, n) as total_us from hand)
    group by ticket_id, n
)
select
    solved.ticket_id,
    solved.n,
    solved.since,
    solved.before_category,
    solved.queue_id,
    solved.agent_id,
    solved.state_id,
    solved.category,
    solved.priority,
    solved.organisation_id,
    solved.channel,
    solved.requester_id,
    solved.actor_id,
    solved.actor_kind,
    opening.actor_kind as created_by_kind,
    solved.created_at,
    solved.worked_at,
    solved.agent_reply_count,
    solved.solve_count,
    solved.reopen_count,
    solved.reopened_at,
    solved.is_last and span.is_done as is_standing,
    span.back_at,
    span.reopened_again_at,
    coalesce(raised.raised_n <= solved.n, false) as is_raised,
    span.work_us::bigint // 1000000 as work_seconds,
    span.pending_us::bigint // 1000000 as pending_seconds,
    span.hold_us::bigint // 1000000 as hold_seconds,
    (span.work_us + span.hold_us)::bigint // 1000000 as requester_wait_seconds,
    span.unassigned_us::bigint // 1000000 as unassigned_seconds,
    (span.work_us + span.pending_us + span.hold_us)::bigint // 1000000 as unsolved_seconds,
    coalesce(touched.touch_count, 0)::integer as touch_count,
    coalesce(held.owner_count, 0)::integer as owner_count,
    held.routed_queue_id,
    coalesce(said.replier_count, 0)::integer as replier_count,
    coalesce(said.channel_count, 0)::integer as channel_count,
    coalesce(said.wait_count, 0)::integer as wait_count,
    said.wait_seconds::bigint as wait_seconds,
    said.longest_wait_seconds,
    -- of what nobody had, the solve is its owner's
    coalesce(share.hand_ids, [solved.agent_id]) as hand_ids,
    coalesce(share.hand_shares, [1.0]) as hand_shares
from solved
join span using (ticket_id, n)
left join raised on raised.ticket_id = solved.ticket_id
join fold as opening on opening.ticket_id = solved.ticket_id and opening.step = 1
left join touched on touched.ticket_id = solved.ticket_id and touched.n = solved.n
left join held on held.ticket_id = solved.ticket_id and held.n = solved.n
left join said on said.ticket_id = solved.ticket_id and said.n = solved.n
left join share on share.ticket_id = solved.ticket_id and share.n = solved.n
