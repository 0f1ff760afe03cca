-- Whether people were there: each row from when somebody said so, or left. What nobody told is offline.
select
    position,
    occurred_at as since,
    unnest(from_json(payload, '{
        "person_id": "UUID",
        "presence": "VARCHAR",
        "before": "VARCHAR",
        "reason": "VARCHAR"
    }'))
from told
where kind = 'agent.presence_changed'
