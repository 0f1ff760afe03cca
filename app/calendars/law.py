"""The law of calendars: the versions that stand in `calendar_version` are those that the events tell of."""

from contextlib import closing

from core.settings import Settings
from etl.connection import connect
from etl.laws.law import Finding

DIFFERENT = """
    with every as (
        select kind, payload from event where kind like 'calendar.%'
        union all
        select kind, payload from event_pending where kind like 'calendar.%'
    ),
    told as (
        select (payload ->> 'calendar_id')::uuid as calendar_id, (payload ->> 'version')::integer as version,
               bool_or(kind = 'calendar.restated' or not (payload ->> 'is_restatement')::boolean) as is_accepted,
               bool_or(kind = 'calendar.restatement_withdrawn') as is_withdrawn,
               max(payload ->> 'name') as name,
               max((payload ->> 'effective_from')::timestamptz) as effective_from,
               jsonb_agg(payload -> 'definition') filter (where kind = 'calendar.defined') -> 0 as definition
        from every
        where kind in ('calendar.defined', 'calendar.restated', 'calendar.restatement_withdrawn')
        group by 1, 2
    )
    select coalesce(told.calendar_id, kept.calendar_id), coalesce(told.version, kept.version)
    from told
    full join calendar_version as kept using (calendar_id, version)
    where (told.name, told.effective_from, told.definition, told.is_accepted, told.is_withdrawn)
       is distinct from
          (kept.name, kept.effective_from, kept.definition, kept.accepted_at is not null, kept.withdrawn_at is not null)
"""


def calendars_are_as_told(settings: Settings) -> Finding:
    """Every version was told of, whole, and is in force, proposed or withdrawn as the events say."""
    with closing(connect(settings.database_url, "verify calendars", statement_seconds=0)) as connection:
        (checked,) = connection.execute("select count(*) from calendar_version").fetchone() or (0,)
        rows = connection.execute(DIFFERENT).fetchall()
    return Finding.of(checked, [f"version {version} of calendar {one} is not as it was told" for one, version in rows])
