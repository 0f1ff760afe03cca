-- One in at the start of a span, one out at its end: the sum up to an instant is the number of tickets then.
-- changes: what is other before and after it (ticket_interval.sql); what looks at nothing of that sees two rows that cancel.
select
    ticket_id,
    unnest(if(until < timestamp 'infinity', [since, until], [since])) as occurred_at,
    unnest(if(until < timestamp 'infinity', [1, -1], [1]))::integer as delta,
    n,
    queue_id,
    agent_id,
    priority,
    organisation_id,
    channel,
    state_id,
    category,
    awaiting_reply,
    stands,
    unnest(if(until < timestamp 'infinity', [changes_in, changes_out], [changes_in])) as changes
from ticket_interval
where since < until
