-- Spans in PENDING, and since when each is contested: from the customer's first word that nobody took up. A word in the
-- pause counts from when it came; one that came less than ten minutes before the pause, from its beginning.
-- contested_seconds is of the whole visit up to the end of the span. The agent is who made the pause.
with span as (
    select
        *,
        first_value(if(is_visit_start, actor_id, null) ignore nulls) over whole as pauser_id
    from ticket_interval
    where category = 'PENDING'
    window whole as (partition by ticket_id, visit rows between unbounded preceding and unbounded following)
),
waiting as (
    select span.ticket_id, span.n, any_value(visit_since) as visit_since, any_value(until) as until,
        max(turn.started_at) as waits_since
    from span
    join turn on turn.ticket_id = span.ticket_id and turn.started_at <= span.since
    where span.awaiting_reply and span.since < span.until
    group by span.ticket_id, span.n
),
word as (
    select ticket_id, occurred_at as wrote_at
    from message
    where visibility = 'public' and author_kind = 'end_user'
    union all
    select ticket_id, started_at
    from turn
),
heard as (
    select waiting.ticket_id, waiting.n, min(word.wrote_at) as wrote_at
    from waiting
    join word using (ticket_id)
    where word.wrote_at > waiting.visit_since - interval 10 minutes
        and word.wrote_at < waiting.until
        and word.wrote_at >= waiting.waits_since
    group by waiting.ticket_id, waiting.n
),
contested as (
    select
        span.*,
        if(heard.wrote_at is null, null, greatest(span.since, heard.wrote_at)) as contested_since
    from span
    left join heard using (ticket_id, n)
)
select
    ticket_id,
    n,
    since,
    until,
    visit_since,
    is_visit_end,
    contested_since,
    coalesce(
        sum(if(until < timestamp 'infinity', (epoch_us(until) - epoch_us(contested_since)) // 1000000, null))
            over (partition by ticket_id, visit order by n),
        0
    )::bigint as contested_seconds,
    queue_id,
    pauser_id as agent_id,
    state_id,
    category,
    priority,
    organisation_id,
    channel
from contested
