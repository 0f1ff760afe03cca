-- Spans in PENDING, and since when each is contested: from the customer's first word that nobody took up. A word in the
-- pause counts from when it came; one that came less than ten minutes before the pause, from its beginning.
-- contested_seconds is of all spans of the visit that are over. The agent is who made the pause.
with span as (
    select *
    from ticket_interval
    where category = 'PENDING'
),
maker as (
    select ticket_id, visit, any_value(actor_id) as actor_id
    from span
    where is_visit_start
    group by ticket_id, visit
),
waiting as (
    select
        span.ticket_id,
        span.n,
        span.visit,
        any_value(span.since) as since,
        any_value(span.until) as until,
        greatest(max(turn.started_at), any_value(span.visit_since) - interval 10 minutes + interval 1 microsecond)
            as listened_at
    from span
    join turn on turn.ticket_id = span.ticket_id and turn.started_at <= span.since
    where span.awaiting_reply and span.since < span.until
    group by span.ticket_id, span.n, span.visit
),
word as (
    select ticket_id, occurred_at as wrote_at
    from message
    where visibility = 'public' and author_kind = 'end_user'
    union all
    select ticket_id, started_at
    from turn
),
contested as (
    select
        waiting.ticket_id,
        waiting.n,
        waiting.visit,
        any_value(waiting.until) as until,
        greatest(any_value(waiting.since), min(word.wrote_at)) as contested_since
    from waiting
    join word
        on word.ticket_id = waiting.ticket_id
        and word.wrote_at >= waiting.listened_at
        and word.wrote_at < waiting.until
    group by waiting.ticket_id, waiting.n, waiting.visit
),
summed as (
    select
        ticket_id,
        visit,
        sum((epoch_us(until) - epoch_us(contested_since)) // 1000000)
            filter (where until < timestamp 'infinity') as contested_seconds
    from contested
    group by ticket_id, visit
)
select
    span.ticket_id,
    span.n,
    span.since,
    span.until,
    span.visit_since,
    span.is_visit_end,
    contested.contested_since,
    coalesce(summed.contested_seconds, 0)::bigint as contested_seconds,
    span.queue_id,
    maker.actor_id as agent_id,
    span.state_id,
    span.category,
    span.priority,
    span.organisation_id,
    span.channel
from span
left join maker on maker.ticket_id = span.ticket_id and maker.visit = span.visit
left join contested on contested.ticket_id = span.ticket_id and contested.n = span.n
left join summed on summed.ticket_id = span.ticket_id and summed.visit = span.visit
