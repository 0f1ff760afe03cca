"""The law of queues' hours: what `queue_hours` keeps for clocks of history is what the events of queues told."""

from contextlib import closing

from core.settings import Settings
from etl.connection import connect
from etl.laws.law import Finding

LATE_SECONDS = 60
"""A version and its event are of one transaction; the oldest may be from before there were versions."""

DIFFERENT = f"""
    with every as (
        select event_id, occurred_at, payload from event where kind = 'queue.defined'
        union all
        select event_id, occurred_at, payload from event_pending where kind = 'queue.defined'
    ),
    told as (
        select distinct on (queue_id, effective_from)
               (payload ->> 'queue_id')::uuid as queue_id, occurred_at as effective_from,
               (payload ->> 'calendar_id')::uuid as calendar_id, (payload ->> 'parent_id')::uuid as parent_id
        from every
        order by 1, 2, event_id desc
    ),
    told_change as (
        select *, row_number() over (partition by queue_id order by effective_from desc) as place
        from (
            select *, lag((calendar_id, parent_id)) over (partition by queue_id order by effective_from) as before
            from told
        ) as each_
        where before is null or before is distinct from (calendar_id, parent_id)
    ),
    kept_change as (
        select *, row_number() over (partition by queue_id order by effective_from desc) as place,
               row_number() over (partition by queue_id order by effective_from) = 1 as is_oldest
        from (
            select *, lag((calendar_id, parent_id)) over (partition by queue_id order by effective_from) as before
            from queue_hours
        ) as each_
        where before is null or before is distinct from (calendar_id, parent_id)
    )
    select coalesce(kept_change.queue_id, told_change.queue_id)
    from kept_change
    full join told_change using (queue_id, place)
    where (kept_change.queue_id is null and told_change.place = 1)
       or (kept_change.queue_id is not null and (
           told_change.queue_id is null
           or (kept_change.calendar_id, kept_change.parent_id)
              is distinct from (told_change.calendar_id, told_change.parent_id)
           or (not is_oldest and abs(extract(epoch from kept_change.effective_from - told_change.effective_from))
               > {LATE_SECONDS})
       ))
"""


def hours_are_as_told(settings: Settings) -> Finding:
    """Whose hours each queue went by, and below which it stood, as far back as it is kept."""
    with closing(connect(settings.database_url, "verify queue hours", statement_seconds=0)) as connection:
        (checked,) = connection.execute("select count(*) from queue_hours").fetchone() or (0,)
        rows = connection.execute(DIFFERENT).fetchall()
    return Finding.of(checked, [f"the hours of queue {queue} are not as told" for (queue,) in rows])
