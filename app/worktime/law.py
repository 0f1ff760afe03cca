"""The law of booked time: an entry's row is the fold of its events.

What the ledger tells is not joined with itself: of a hypertable below `union all` PostgreSQL expects a handful of rows,
and would go through all of them again for each.
"""

from contextlib import closing

from core.settings import Settings
from etl.connection import connect
from etl.laws.law import Finding

DIFFERENT = """
    with told as (
        select distinct on (entry_id)
               entry_id::uuid as id, ticket_id, kind, payload,
               max(person_id) over entry as person_id, max(message_id) over entry as message_id
        from (
            select ticket_id, ticket_version, kind, payload, payload ->> 'entry_id' as entry_id,
                   case kind when 'time.logged' then payload ->> 'person_id' end as person_id,
                   case kind when 'time.logged' then payload ->> 'message_id' end as message_id
            from (
                select ticket_id, ticket_version, kind, payload from event
                union all
                select ticket_id, ticket_version, kind, payload from event_pending
            ) as every
            where kind in ('time.logged', 'time.corrected', 'time.removed')
        ) as change
        window entry as (partition by entry_id)
        order by entry_id, ticket_version desc
    ),
    standing as (
        select id, ticket_id, person_id::uuid, message_id::uuid,
               (payload ->> 'minutes')::integer as minutes,
               (payload ->> 'is_billable')::boolean as is_billable,
               (payload ->> 'activity_id')::uuid as activity_id,
               (payload ->> 'worked_at')::timestamptz as worked_at
        from told
        where kind <> 'time.removed'
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
