"""Whose hours a queue goes by, at any time, as the events in the lake tell it.

A queue goes by its own calendar, else that of a queue above, else the house's (the calendar in use that was set up
first), each in the version that was followed at the time: the rule that SLA clocks keep (`Rules.calendar_of` in
app/sla/rules.py). Without any calendar all hours count. A ticket that changes queues changes hours with them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID

import duckdb
import pyarrow as pa

from analytics import lake_event
from core.events import CalendarDefined, CalendarRestated, QueueDefined

EVER = datetime(1, 1, 1, tzinfo=UTC)
TELLING = (CalendarDefined.kind, CalendarRestated.kind, QueueDefined.kind)
"""The events that say whose hours a queue goes by."""


@dataclass(frozen=True, slots=True)
class Place:
    """From an instant on a queue has this calendar of its own, or none, and stands below this one."""

    since: datetime
    calendar_id: UUID | None
    parent_id: UUID | None


@dataclass(frozen=True, slots=True)
class Edition:
    """A version of a calendar, and from when on it was followed."""

    version: int
    since: datetime


@dataclass
class Hours:
    """All that was ever said about hours."""

    queues: dict[UUID, list[Place]] = field(default_factory=dict)
    calendars: dict[UUID, list[Edition]] = field(default_factory=dict)
    in_use: dict[UUID, tuple[bool, datetime]] = field(default_factory=dict)
    """By calendar: whether its newest version is in use, and when the first was followed."""

    def of(self, queue_id: UUID, instant: datetime) -> tuple[UUID, int] | None:
        """Calendar and version of a queue at an instant."""
        calendar_id = self._calendar(queue_id, instant)
        if calendar_id is None:
            return None
        editions = self.calendars[calendar_id]
        followed = next((one for one in reversed(editions) if one.since <= instant), editions[0])
        return calendar_id, followed.version

    def changes(self) -> list[datetime]:
        """The instants at which anything changes, with the beginning of time."""
        places = {one.since for versions in self.queues.values() for one in versions}
        editions = {one.since for versions in self.calendars.values() for one in versions}
        return [EVER, *sorted(places | editions)]

    def _calendar(self, queue_id: UUID, instant: datetime) -> UUID | None:
        seen, here = set[UUID](), queue_id
        while here not in seen and (versions := self.queues.get(here)):
            seen.add(here)
            stood = next((one for one in reversed(versions) if one.since <= instant), versions[0])
            if stood.calendar_id in self.calendars:
                return stood.calendar_id
            here = stood.parent_id or here
        used = [(first, one) for one, (is_active, first) in self.in_use.items() if is_active]
        return min(used)[1] if used else None


def told(events: Sequence[tuple[str, datetime, str]]) -> Hours:
    """What these events say, given as kind, instant and payload, in their order."""
    hours, proposed = Hours(), dict[tuple[UUID, int], CalendarDefined]()
    for kind, instant, payload in events:
        if kind == QueueDefined.kind:
            queue = QueueDefined.model_validate_json(payload)
            hours.queues.setdefault(queue.queue_id, []).append(Place(instant, queue.calendar_id, queue.parent_id))
        elif kind == CalendarDefined.kind:
            edition = CalendarDefined.model_validate_json(payload)
            proposed[edition.calendar_id, edition.version] = edition
            if not edition.is_restatement:
                _follow(hours, edition, instant)
        else:
            accepted = CalendarRestated.model_validate_json(payload)
            _follow(hours, proposed[accepted.calendar_id, accepted.version], instant)
    return hours


def _follow(hours: Hours, edition: CalendarDefined, known_from: datetime) -> None:
    since = max(edition.effective_from, known_from)
    editions = hours.calendars.setdefault(edition.calendar_id, [])
    editions.append(Edition(edition.version, since))
    editions.sort(key=lambda one: one.version)
    _, first = hours.in_use.get(edition.calendar_id, (True, known_from))
    hours.in_use[edition.calendar_id] = edition.is_active, first


def spans(hours: Hours) -> Iterator[tuple[UUID, datetime, tuple[UUID, int] | None]]:
    """For each queue the instants from which it goes by a calendar's version, or by none."""
    changes = hours.changes()
    for queue_id in hours.queues:
        before: tuple[UUID, int] | None = None
        for instant in changes:
            found = hours.of(queue_id, instant)
            if instant is EVER or found != before:
                yield queue_id, instant, found
            before = found


def table(hours: Hours) -> pa.Table:
    """The spans as rows: queue, since, until, calendar and version (null where all hours count)."""
    rows = list(spans(hours))
    following = zip(rows, [*rows, None][1:], strict=True)
    ends = [after[1] if after and after[0] == row[0] else None for row, after in following]
    calendars = [found and found[0] for *_, found in rows]
    return pa.table(
        {
            "queue_id": lake_event.ids([queue_id for queue_id, *_ in rows]),
            "since": _instants([None if since == EVER else since for _, since, _ in rows]),
            "until": _instants(ends),
            "calendar_id": lake_event.ids(calendars),
            "version": pa.array([found and found[1] for *_, found in rows], pa.int32()),
        }
    )


def _instants(given: Sequence[datetime | None]) -> pa.Array:
    return pa.array([one and one.astimezone(UTC).replace(tzinfo=None) for one in given], pa.timestamp("us"))


def hours_told(cursor: duckdb.DuckDBPyConnection) -> Hours:
    """What the lake's events say."""
    kinds = ", ".join(f"'{kind}'" for kind in TELLING)
    found = cursor.execute(
        f"select kind, occurred_at, payload from lake.main.event where kind in ({kinds}) order by position"
    ).fetchall()
    return _told(tuple(found))


def make_ready(cursor: duckdb.DuckDBPyConnection) -> None:
    """The table of whose hours, as the cursor's own; it goes with its transaction."""
    cursor.register("told_hours", table(hours_told(cursor)))
    cursor.execute("""
        create or replace temp table business_hours as
        select
            queue_id,
            coalesce(since, '-infinity'::timestamp) as since,
            coalesce(until, 'infinity'::timestamp) as until,
            calendar_id,
            version
        from told_hours
    """)
    cursor.unregister("told_hours")


@lru_cache(8)
def _told(events: tuple[tuple[str, datetime, str], ...]) -> Hours:
    return told([(kind, instant.replace(tzinfo=UTC), payload) for kind, instant, payload in events])
