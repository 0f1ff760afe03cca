-- What role people had and where they belonged: each row from when it was defined so. Names stand in no event.
select
    position,
    occurred_at as since,
    unnest(from_json(payload, '{
        "person_id": "UUID",
        "role": "VARCHAR",
        "organisation_id": "UUID",
        "timezone": "VARCHAR",
        "is_active": "BOOLEAN"
    }'))
from told
where kind = 'person.defined'
