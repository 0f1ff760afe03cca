-- Ratings, each from its instant until the next one of its ticket, with the ticket's values as it came.
select
    event.ticket_id,
    row_number() over life::integer as n,
    fold.occurred_at as since,
    coalesce(lead(fold.occurred_at) over life, timestamp 'infinity') as until,
    event.score,
    lag(event.score) over life as before_score,
    event.score >= 4 as is_content,
    fold.queue_id,
    fold.agent_id,
    fold.state_id,
    fold.category,
    fold.priority,
    fold.organisation_id,
    fold.channel
from event
join fold using (ticket_id, ticket_version)
where event.kind = 'csat.rated'
window life as (partition by event.ticket_id order by fold.step)
