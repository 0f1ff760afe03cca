"""The law of booked time: an entry's row is the fold of its events."""

from contextlib import closing

from core.settings import Settings
from etl.connection import connect
from etl.laws.law import Finding

DIFFERENT = """
    with told as (
        select ticket_id, ticket_version, kind, payload, payload ->> 'entry_id' as entry_id
        from (
            select ticket_id, ticket_version, kind, payload from event
            union all
            select ticket_id, ticket_version, kind, payload from event_pending
        ) as every
        where kind in ('time.logged', 'time.corrected', 'time.removed')
    ),
    newest as (
        select distinct on (entry_id) * from told order by entry_id, ticket_version desc
    ),
    standing as (
        select newest.entry_id::uuid as id,
               newest.ticket_id,
               (first.payload ->> 'person_id')::uuid as person_id,
               (first.payload ->> 'message_id')::uuid as message_id,
               (newest.payload ->> 'minutes')::integer as minutes,
               (newest.payload ->> 'is_billable')::boolean as is_billable,
               (newest.payload ->> 'activity_id')::uuid as activity_id,
               (newest.payload ->> 'worked_at')::timestamptz as worked_at
        from newest
        join told as first on first.entry_id = newest.entry_id and first.kind = 'time.logged'
        where newest.kind <> 'time.removed'
    )
    select coalesce(standing.id, entry.id), coalesce(standing.ticket_id, entry.ticket_id)
    from standing
    full join time_entry as entry on entry.id = standing.id
    where (entry.ticket_id, entry.person_id, entry.message_id, entry.minutes, entry.is_billable, entry.activity_id,
           entry.worked_at)
          is distinct from
          (standing.ticket_id, standing.person_id, standing.message_id, standing.minutes, standing.is_billable,
           standing.activity_id, standing.worked_at)
"""


def time_is_as_told(settings: Settings) -> Finding:
    """Every entry is what its events make of it."""
    with closing(connect(settings.database_url, "verify time", statement_seconds=0)) as connection:
        (checked,) = connection.execute("select count(*) from time_entry").fetchone() or (0,)
        rows = connection.execute(DIFFERENT).fetchall()
    return Finding.of(checked, [f"the time {entry} on ticket {ticket} is not as told" for entry, ticket in rows])
