-- Looks at the laws about the numbers: each row from one that was told to the next.
select
    position,
    occurred_at as since,
    unnest(from_json(payload, '{
        "checked": "BIGINT",
        "wrong": "BIGINT",
        "broken": ["VARCHAR"]
    }'))
from told
where kind = 'data.checked'
