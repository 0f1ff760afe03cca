"""Days off by the calendars that queues go by, as the lake knows them: what forecasts heed and charts mark."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import UTC, date
from uuid import UUID

import duckdb

from analytics.business_hours import hours_told
from analytics.measure_dimensions import DIMENSIONS
from analytics.measure_names import Where, resolve, values_of
from core import clock
from core.actor import Scope
from core.events import CalendarDefined

NAMELESS = "Closed"


def closures(
    cursor: duckdb.DuckDBPyConnection, where: Where | None, scope: Scope, first: date, last: date
) -> Mapping[date, str]:
    """The days on which at least half of the queues asked for (all, unless filtered) are off, and why, by date.

    A queue's days are those of the calendar that it goes by today. Half a day off is none.
    """
    hours, now = hours_told(cursor), clock.now().astimezone(UTC)
    queues = _queues(where, cursor, scope) or hours.queues
    followed = [found for queue_id in queues if (found := hours.of(queue_id, now))]
    definitions = _definitions(cursor, set(followed))
    counts, names = Counter[date](), defaultdict[date, Counter[str]](Counter)
    for edition in followed:
        for day, name in definitions[edition].items():
            if first <= day <= last:
                counts[day] += 1
                names[day][name] += 1
    return {day: names[day].most_common(1)[0][0] for day in sorted(counts) if 2 * counts[day] >= len(followed)}


def _queues(where: Where | None, cursor: duckdb.DuckDBPyConnection, scope: Scope) -> Collection[UUID]:
    asked = values_of((where or {}).get("queue", []))
    return [one for one in resolve(DIMENSIONS["queue"], asked, cursor, scope) if one]


def _definitions(
    cursor: duckdb.DuckDBPyConnection, editions: Collection[tuple[UUID, int]]
) -> dict[tuple[UUID, int], dict[date, str]]:
    """The whole days off of each edition."""
    rows = cursor.execute(
        "select payload from lake.main.event where kind = $kind order by position", {"kind": CalendarDefined.kind}
    ).fetchall()
    found: dict[tuple[UUID, int], dict[date, str]] = {}
    for (payload,) in rows:
        told = CalendarDefined.model_validate_json(payload)
        if (told.calendar_id, told.version) in editions:
            found[told.calendar_id, told.version] = {
                day: holiday.name or NAMELESS
                for holiday in told.definition.holidays
                if holiday.is_whole
                for day in holiday.dates(date(clock.now().year - 2, 1, 1), date(clock.now().year + 1, 12, 31))
            }
    return found
