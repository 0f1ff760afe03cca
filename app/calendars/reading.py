"""Calendars from their rows. A version never changes, so each is understood once in a process, breakpoints included."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from types import MappingProxyType
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.orm import Session
from sqlmodel import col

from app.calendars.row import CalendarVersion
from core.calendar import Calendar

_CALENDAR = TypeAdapter(Calendar)
_MOST_KEPT = 2_000
_understood: dict[tuple[UUID, int, datetime], Calendar] = {}


@dataclass(frozen=True, slots=True)
class Edition:
    """One version of a calendar that counts."""

    calendar_id: UUID
    version: int
    name: str
    is_active: bool
    effective_from: datetime
    known_from: datetime
    """From when on it was followed: later than `effective_from` for a restatement."""
    is_restatement: bool
    calendar: Calendar


Editions = Mapping[UUID, Sequence[Edition]]


def read_editions(session: Session) -> Editions:
    """The versions of all calendars that count, oldest first. Definitions are fetched only where they are new here."""
    rows = session.execute(
        sa.select(
            col(CalendarVersion.calendar_id), col(CalendarVersion.version), col(CalendarVersion.name),
            col(CalendarVersion.is_active), col(CalendarVersion.effective_from), col(CalendarVersion.accepted_at),
            col(CalendarVersion.is_restatement), col(CalendarVersion.defined_at),
        )
        .where(col(CalendarVersion.accepted_at).is_not(None))
        .order_by(col(CalendarVersion.calendar_id), col(CalendarVersion.version))
    ).all()  # fmt: skip
    _learn(session, rows)
    grouped = groupby(rows, lambda row: row.calendar_id)
    return MappingProxyType({calendar_id: tuple(map(_edition, found)) for calendar_id, found in grouped})


def restated(editions: Sequence[Edition], instant: datetime) -> Edition | None:
    """The version that holds at an instant as we know it today: the newest that had begun."""
    return next((one for one in reversed(editions) if one.effective_from <= instant), None)


def as_of_then(editions: Sequence[Edition], instant: datetime) -> Edition | None:
    """The version that was followed at an instant: restatements count from when they were accepted."""
    known = (one for one in reversed(editions) if max(one.effective_from, one.known_from) <= instant)
    return next(known, None)


def calendar_of(row: Any) -> Calendar:
    """A row's calendar, with the breakpoints that were laid out before."""
    key = (row.calendar_id, row.version, row.defined_at)
    found = _understood.get(key)
    if found is None:
        if len(_understood) >= _MOST_KEPT:
            _understood.clear()
        found = _understood[key] = _CALENDAR.validate_python(row.definition)
    return found


def written(calendar: Calendar) -> dict[str, Any]:
    """A calendar as JSON keeps it."""
    kept: dict[str, Any] = _CALENDAR.dump_python(calendar, mode="json")
    return kept


def _learn(session: Session, rows: Iterable[Any]) -> None:
    unknown = [(row.calendar_id, row.version) for row in rows if _key(row) not in _understood]
    if unknown:
        pair = sa.tuple_(col(CalendarVersion.calendar_id), col(CalendarVersion.version))
        for row in session.execute(sa.select(CalendarVersion).where(pair.in_(unknown))).scalars():
            calendar_of(row)


def _key(row: Any) -> tuple[UUID, int, datetime]:
    return row.calendar_id, row.version, row.defined_at


def _edition(row: Any) -> Edition:
    return Edition(
        row.calendar_id, row.version, row.name, row.is_active, row.effective_from, row.accepted_at,
        row.is_restatement, _understood[_key(row)],
    )  # fmt: skip
