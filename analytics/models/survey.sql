-- What customers answered when they were asked (csat, ces, nps), each from its instant until the next answer to the same
-- question on its ticket, with the ticket's values as it came.
select
    event.ticket_id,
    row_number() over (partition by event.ticket_id order by fold.step)::integer as n,
    split_part(event.kind, '.', 1) as question,
    fold.occurred_at as since,
    coalesce(lead(fold.occurred_at) over life, timestamp 'infinity') as until,
    event.score,
    lag(event.score) over life as before_score,
    event.score >= case event.kind when 'csat.rated' then 4 when 'ces.rated' then 6 else 9 end as is_content,
    fold.queue_id,
    fold.agent_id,
    fold.state_id,
    fold.category,
    fold.priority,
    fold.organisation_id,
    fold.channel
from event
join fold using (ticket_id, ticket_version)
where event.kind in ('csat.rated', 'ces.rated', 'nps.rated')
window life as (partition by event.ticket_id, event.kind order by fold.step)
