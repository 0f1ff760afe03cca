-- What states were called and what they meant: each row from when it was defined so.
select
    position,
    occurred_at as since,
    unnest(from_json(payload, '{
        "state_id": "UUID",
        "name": "VARCHAR",
        "category": "VARCHAR",
        "is_active": "BOOLEAN"
    }'))
from told
where kind = 'state.defined'
