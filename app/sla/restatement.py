"""What a calendar version that begins in the past makes of what was promised: two series, as recorded and restated.

Nothing is written; both can be asked for as long as the version stands.

As recorded is what the desk told of its clocks. Restated is the same history, replayed as if the version had been there
when it begins: clocks that run by the calendar then go on by it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg.rows import dict_row
from sqlalchemy.orm import Session

from app.calendars.reading import Edition, calendar_of
from app.calendars.row import CalendarVersion
from app.db import driver_of
from app.queues.house import house_of
from app.sla.clock import FIELDS, Clock
from app.sla.clocks import restated_clocks
from app.sla.histories import lives
from app.sla.rules import Rules
from core import clock as time

MOST_LOOKED_AT = 20_000
BATCH = 300
TOUCHED = """
    select sla_clock.ticket_id, ticket.number
    from sla_clock
    join ticket on ticket.id = sla_clock.ticket_id
    where sla_clock.calendar_id = %s and coalesce(sla_clock.stopped_at, 'infinity') >= %s
    group by sla_clock.ticket_id, ticket.number
    order by ticket.number desc
    limit %s
"""
RECORDED = f"select ticket_id, {', '.join(FIELDS)} from sla_clock where ticket_id = any(%s)"


@dataclass(frozen=True, slots=True)
class Kept:
    """A promise that fell due, and whether it was kept."""

    ticket_id: UUID
    target: str
    cycle: int
    due_at: datetime
    is_met: bool


@dataclass(slots=True)
class Series:
    """How many clocks fell due on each day, and how many of them were met."""

    due: Counter[date] = field(default_factory=Counter)
    met: Counter[date] = field(default_factory=Counter)
    kept: dict[tuple[UUID, str, int], Kept] = field(default_factory=dict)

    def add(self, one: Kept, zone: ZoneInfo) -> None:
        """Count a clock for the day on which it was due."""
        day = one.due_at.astimezone(zone).date()
        self.due[day] += 1
        self.met[day] += one.is_met
        self.kept[one.ticket_id, one.target, one.cycle] = one

    @property
    def missed(self) -> set[tuple[UUID, str, int]]:
        """The clocks that were breached."""
        return {key for key, one in self.kept.items() if not one.is_met}


@dataclass(frozen=True, slots=True)
class Restatement:
    """Both series, and where they differ."""

    row: CalendarVersion
    until: datetime
    recorded: Series
    restated: Series
    numbers: dict[UUID, int]
    is_cut: bool
    """There were more tickets than were looked at; the newest were."""

    @property
    def days(self) -> list[date]:
        """The days on which either side had something due."""
        return sorted({*self.recorded.due, *self.restated.due})

    @property
    def gained(self) -> list[tuple[UUID, str, int]]:
        """Clocks that only the restated series calls breached."""
        return self._sorted(self.restated.missed - self.recorded.missed)

    @property
    def lost(self) -> list[tuple[UUID, str, int]]:
        """Clocks that only the record calls breached."""
        return self._sorted(self.recorded.missed - self.restated.missed)

    def _sorted(self, keys: Iterable[tuple[UUID, str, int]]) -> list[tuple[UUID, str, int]]:
        return sorted(keys, key=lambda key: (self.numbers[key[0]], key[1], key[2]))


def restatement(session: Session, row: CalendarVersion) -> Restatement:
    """Look at every ticket whose clocks ran by the calendar since the version begins."""
    now, driver = time.now(), driver_of(session)
    touched = driver.execute(TOUCHED, (row.calendar_id, row.effective_from, MOST_LOOKED_AT + 1)).fetchall()
    numbers: dict[UUID, int] = dict(touched[:MOST_LOOKED_AT])
    rules, zone = restated_rules(house_of(session).sla, row), ZoneInfo(calendar_of(row).zone)
    found = Restatement(row, now, Series(), Series(), numbers, is_cut=len(touched) > MOST_LOOKED_AT)
    every = list(numbers)
    for ids in (every[n : n + BATCH] for n in range(0, len(every), BATCH)):
        for ticket_id, one in _recorded(session, ids):
            for kept in _fell_due(ticket_id, [one], row, now):
                found.recorded.add(kept, zone)
        for life in lives(driver, ids):
            again = restated_clocks(life, rules, now, (row.calendar_id, row.version, row.effective_from))
            for kept in _fell_due(life.ticket_id, again, row, now):
                found.restated.add(kept, zone)
    return found


def restated_rules(record: Rules, row: CalendarVersion) -> Rules:
    """The rules as if every restatement of the calendar, this one included, had been known when it begins."""
    held = [one for one in record.calendars.get(row.calendar_id, ()) if one.version != row.version]
    own = Edition(
        row.calendar_id, row.version, row.name, row.is_active, row.effective_from, row.effective_from,
        is_restatement=True, calendar=calendar_of(row),
    )  # fmt: skip
    known = [replace(one, known_from=one.effective_from) if one.is_restatement else one for one in held]
    editions = tuple(sorted([*known, own], key=lambda one: one.version))
    return replace(record, calendars={**record.calendars, row.calendar_id: editions})


def _recorded(session: Session, ids: Sequence[UUID]) -> Iterator[tuple[UUID, Clock]]:
    with driver_of(session).cursor(row_factory=dict_row) as cursor:
        for one in cursor.execute(RECORDED, (list(ids),)):
            yield one.pop("ticket_id"), Clock(**one)


def _fell_due(ticket_id: UUID, clocks: Iterable[Clock], row: CalendarVersion, now: datetime) -> Iterator[Kept]:
    """The calendar's clocks that fell due between the version's beginning and now (METRICS.md 48)."""
    for one in clocks:
        if one.calendar_id != row.calendar_id or one.due_at is None or not row.effective_from <= one.due_at <= now:
            continue
        if one.state == "cancelled" and one.stopped_at is not None and one.stopped_at <= one.due_at:
            continue
        is_met = one.state == "fulfilled" and one.stopped_at is not None and one.stopped_at <= one.due_at
        yield Kept(ticket_id, one.target, one.cycle, one.due_at, is_met)
