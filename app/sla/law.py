"""The law of clocks: the row of a clock is the newest of its events, field by field."""

from contextlib import closing

from app.sla.clock import FIELDS
from app.sla.keeping import TYPES
from core.settings import Settings
from etl.connection import connect
from etl.laws.law import Finding

TOLD = ", ".join(f"(payload ->> '{name}')::{TYPES[name]} as {name}" for name in FIELDS)
DIFFERENT = f"""
    with told as (
        select distinct on (payload ->> 'clock_id') ticket_id, {TOLD}
        from (
            select kind, ticket_id, ticket_version, payload from event
            union all
            select kind, ticket_id, ticket_version, payload from event_pending
        ) as every
        where kind like 'sla.clock.%'
        order by payload ->> 'clock_id', ticket_version desc
    )
    select coalesce(told.clock_id, kept.clock_id), coalesce(told.ticket_id, kept.ticket_id)
    from told
    full join sla_clock as kept on kept.clock_id = told.clock_id
    where ({", ".join(f"told.{name}" for name in ("ticket_id", *FIELDS))})
          is distinct from ({", ".join(f"kept.{name}" for name in ("ticket_id", *FIELDS))})
"""


def clocks_are_as_told(settings: Settings) -> Finding:
    """Every clock stands as its events say, and none stands that nobody told of."""
    with closing(connect(settings.database_url, "verify clocks", statement_seconds=0)) as connection:
        (checked,) = connection.execute("select count(*) from sla_clock").fetchone() or (0,)
        rows = connection.execute(DIFFERENT).fetchall()
    return Finding.of(checked, [f"clock {clock} of ticket {ticket} is not as told" for clock, ticket in rows])
