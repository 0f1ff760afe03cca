-- What organisations were: each row from when it was defined so.
select
    position,
    occurred_at as since,
    unnest(from_json(payload, '{
        "organisation_id": "UUID",
        "name": "VARCHAR",
        "tier": "VARCHAR",
        "region": "VARCHAR",
        "is_shared": "BOOLEAN"
    }'))
from told
where kind = 'organisation.defined'
