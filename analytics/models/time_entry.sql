-- Booked time: each version of an entry from when it was told until it was corrected or taken away, with the ticket's
-- values as it was first booked. Later corrections do not move it to another queue.
with told as (
    select
        event.ticket_id,
        fold.step,
        fold.occurred_at as since,
        event.kind,
        fold.queue_id,
        fold.agent_id,
        fold.state_id,
        fold.category,
        fold.priority,
        fold.organisation_id,
        fold.channel,
        unnest(from_json(event.payload, '{
            "entry_id": "UUID",
            "person_id": "UUID",
            "activity_id": "UUID",
            "minutes": "INTEGER",
            "is_billable": "BOOLEAN",
            "worked_at": "TIMESTAMP"
        }'))
    from event
    join fold using (ticket_id, ticket_version)
    where event.kind in ('time.logged', 'time.corrected', 'time.removed')
),
version as (
    select
        ticket_id,
        row_number() over (partition by ticket_id order by step)::integer as n,
        entry_id,
        since,
        coalesce(lead(since) over entry, timestamp 'infinity') as until,
        kind <> 'time.removed' as is_booked,
        last_value(person_id ignore nulls) over so_far as person_id,
        activity_id,
        minutes,
        is_billable,
        worked_at,
        first_value(queue_id) over so_far as queue_id,
        first_value(agent_id) over so_far as agent_id,
        first_value(state_id) over so_far as state_id,
        first_value(category) over so_far as category,
        first_value(priority) over so_far as priority,
        first_value(organisation_id) over so_far as organisation_id,
        first_value(channel) over so_far as channel
    from told
    window
        entry as (partition by ticket_id, entry_id order by step),
        so_far as (
            partition by ticket_id, entry_id
            order by step
            rows between unbounded preceding and current row
        )
)
select * exclude (is_booked)
from version
where is_booked
