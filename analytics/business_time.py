"""Business time in the lake: each version of a calendar laid out as breakpoints, and joined by ASOF.

`calendar_breakpoint` holds, for every instant at which a calendar opens or closes, the open time up to it. The open
time of a span is then the difference of two look-ups, by the same numbers that `app.sla.calendar` counts with.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID

import duckdb
import pyarrow as pa

from analytics import lake_event
from core.calendar import Calendar, Timeline
from core.calendar.local import SECOND, micros
from core.events import CalendarDefined
from core.ledger import Entry

FIRST_YEAR, LAST_YEAR = 2000, 2050
"""Whole years of UTC. The same for all versions, so that a rebuild lays out what the stream did; outside of them the
lake's business time is null."""

LAID_OUT = frozenset({CalendarDefined.kind})
"""The events that bring breakpoints."""


def lay_out(
    cursor: duckdb.DuckDBPyConnection, events: Sequence[CalendarDefined], table: str = "calendar_breakpoint"
) -> None:
    """Add the breakpoints of new versions, in the caller's transaction. A version never changes."""
    for event in events:
        cursor.register("arrived", breakpoints(event.calendar_id, event.version, event.definition))
        cursor.execute(f"insert into {table} by name from arrived")
        cursor.unregister("arrived")


def told_of(entries: Iterable[Entry]) -> list[CalendarDefined]:
    """The versions of calendars that these entries tell of."""
    return [CalendarDefined.from_payload(entry.payload) for entry in entries if entry.kind in LAID_OUT]


def lay_out_all(cursor: duckdb.DuckDBPyConnection) -> None:
    """The breakpoints of all versions that the lake's events tell of."""
    lay_out(cursor, defined(cursor))


def defined(cursor: duckdb.DuckDBPyConnection) -> list[CalendarDefined]:
    """All versions of calendars that the lake's events tell of."""
    kinds = ", ".join(f"'{kind}'" for kind in LAID_OUT)
    rows = cursor.execute(f"select payload from event where kind in ({kinds}) order by position").fetchall()
    return [CalendarDefined.model_validate_json(payload) for (payload,) in rows]


def breakpoints(calendar_id: UUID, version: int, calendar: Calendar) -> pa.Table:
    """A version's rows. The first stands at the start of FIRST_YEAR; the last, without values, ends LAST_YEAR."""
    line = _line(calendar, FIRST_YEAR, LAST_YEAR)
    edges: list[int] = [*line.edges]
    seconds: list[int | None] = [total // SECOND for total in line.open_before]
    is_open: list[bool | None] = [n % 2 == 0 for n in range(len(edges))]
    start, end = (micros(datetime(year, 1, 1, tzinfo=UTC)) for year in (FIRST_YEAR, LAST_YEAR + 1))
    if not edges or edges[0] != start:
        edges, seconds, is_open = [start, *edges], [0, *seconds], [False, *is_open]
    if edges[-1] == end:
        edges, seconds, is_open = edges[:-1], seconds[:-1], is_open[:-1]
    edges, seconds, is_open = [*edges, end], [*seconds, None], [*is_open, None]
    return pa.table(
        {
            "calendar_id": lake_event.ids([calendar_id] * len(edges)),
            "version": pa.array([version] * len(edges), pa.int32()),
            "edge_at": pa.array(edges, pa.int64()).cast(pa.timestamp("us")),
            "open_seconds": pa.array(seconds, pa.int64()),
            "is_open": pa.array(is_open, pa.bool_()),
        }
    )


@lru_cache(4)
def _line(calendar: Calendar, first_year: int, last_year: int) -> Timeline:
    """Kept for who makes the rows again: a rebuild, or a check that a rebuild would make the same."""
    return Timeline.of(calendar, first_year, last_year)


def with_business_micros(
    relation: str,
    start: str,
    end: str,
    *,
    calendar_id: str = "calendar_id",
    version: str = "calendar_version",
    name: str = "business_micros",
    table: str = "calendar_breakpoint",
) -> str:
    """The query `relation` with one more column: the open microseconds from column `start` to column `end`.

    `calendar_id` and `version` name the columns that say which version of which calendar counts, row by row. Null
    where an instant is null or outside of FIRST_YEAR to LAST_YEAR; below 0 where `end` comes before `start`. Divide by
    1e6 for seconds. Identifiers are the caller's own, never somebody's words.
    """
    return f"""
        select
            given.*,
            (ends.open_seconds - starts.open_seconds) * {SECOND}
                + if(ends.is_open, epoch_us(given.{end}) - epoch_us(ends.edge_at), 0)
                - if(starts.is_open, epoch_us(given.{start}) - epoch_us(starts.edge_at), 0) as {name}
        from ({relation}) as given
        asof left join {table} as starts
            on given.{calendar_id} = starts.calendar_id
            and given.{version} = starts.version
            and given.{start} >= starts.edge_at
        asof left join {table} as ends
            on given.{calendar_id} = ends.calendar_id
            and given.{version} = ends.version
            and given.{end} >= ends.edge_at
    """
