-- Unsolved life from one instant in which something happened to the next: since <= t < until, with all that is asked of what
-- stands at an instant, so that nobody looks through messages for it: since when the customer waits who waits, since when
-- neither side has said anything publicly, and whether we ever replied. hours has a bit for each hour of the day (UTC)
-- that the span touches: the ends of days meet few of the spans that are shorter than a day.
with back as (
    select
        ticket_id,
        since as reopened_at,
        coalesce(lead(since) over (partition by ticket_id order by n), timestamp 'infinity') as again_at
    from ticket_interval
    where category in ('NEW', 'OPEN', 'PENDING', 'HOLD') and before_category in ('SOLVED', 'CLOSED')
),
span as (
    select
        *,
        occurred_at as since,
        coalesce(after_at, timestamp 'infinity') as until,
        epoch_us(occurred_at) // 3600000000 as first_hour,
        if(after_at < occurred_at + interval 23 hours, epoch_us(after_at) // 3600000000, null) as last_hour
    from fold
    where occurred_at is distinct from after_at and category in ('NEW', 'OPEN', 'PENDING', 'HOLD')
),
clocked as (
    select *, ((1::bigint << (last_hour - first_hour + 1)) - 1) << ((first_hour % 24 + 24) % 24) as touched
    from span
)
select
    span.ticket_id,
    span.step::integer as n,
    span.since,
    span.until,
    coalesce((touched | (touched >> 24)) & 16777215, 16777215)::integer as hours,
    span.queue_id,
    span.agent_id,
    span.state_id,
    span.category,
    span.priority,
    span.organisation_id,
    span.channel,
    span.created_at,
    back.reopened_at,
    span.awaiting_reply,
    turn.started_at as waiting_since,
    coalesce(greatest(span.customer_at, span.reply_at), span.created_at) as silent_since,
    span.reply_at is not null as is_replied
from clocked as span
left join back
    on back.ticket_id = span.ticket_id and span.since >= back.reopened_at and span.since < back.again_at
left join turn
    on turn.ticket_id = if(span.awaiting_reply, span.ticket_id, null)
    and turn.started_at <= span.since
    and coalesce(turn.answered_at, turn.void_at, timestamp 'infinity') > span.since
