-- How many customers and orders there were: each row from when it was told for.
select
    position,
    occurred_at as since,
    unnest(from_json(payload, '{
        "name": "VARCHAR",
        "count": "BIGINT"
    }'))
from told
where kind = 'denominator.recorded'
