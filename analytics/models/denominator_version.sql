-- How many customers and orders there were: each row from when it was told for. Where it was taken back, the count is
-- null, and what held before holds on.
select
    position,
    occurred_at as since,
    told.name,
    case kind when 'denominator.recorded' then told.count end as count
from (
    select *, from_json(payload, '{
        "name": "VARCHAR",
        "count": "BIGINT"
    }') as told
    from told
) as change
where kind in ('denominator.recorded', 'denominator.removed')
