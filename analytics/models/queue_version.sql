-- What queues were called and where they stood: each row from when it was defined so.
select
    position,
    occurred_at as since,
    unnest(from_json(payload, '{
        "queue_id": "UUID",
        "name": "VARCHAR",
        "parent_id": "UUID",
        "is_active": "BOOLEAN",
        "calendar_id": "UUID"
    }'))
from told
where kind = 'queue.defined'
