"""Setting up calendars. Each change is a new version and its event, in the same transaction; none is ever rewritten."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session
from sqlmodel import col

from app.calendars.reading import calendar_of, written
from app.calendars.row import CalendarVersion
from app.queues.house import house_changed
from app.sla.calendar import add_business
from app.sla.reviewing import review_clocks_of
from core import clock
from core.actor import Actor
from core.calendar import Calendar
from core.errors import Conflict, NotFound
from core.events import CalendarDefined, CalendarRestated, RestatementWithdrawn
from core.ids import new_id
from core.ledger import append, wrap

MOST_CALENDARS = 200


class CalendarNeverOpens(Conflict):
    """A calendar without any open time: no due time could ever come."""

    code = "calendar_never_opens"


class CalendarHasProposal(Conflict):
    """A restatement waits to be accepted or withdrawn; until then the calendar stays as it is."""

    code = "calendar_has_proposal"


class NameTaken(Conflict):
    """Calendars are told apart by their names."""

    code = "name_taken"


def define_calendar(
    session: Session,
    actor: Actor,
    *,
    name: str,
    calendar: Calendar,
    is_active: bool = True,
    calendar_id: UUID | None = None,
    effective_from: datetime | None = None,
    source: str = "api",
) -> CalendarVersion:
    """Set up a calendar, or give the one with `calendar_id` a new version. Saying what already holds changes nothing.

    `effective_from` (now, if left out) in the past makes a restatement: a proposal that `accept` puts in force.
    The first version of a calendar holds for the past as well, whatever its `effective_from`.
    """
    session.execute(sa.text("select pg_advisory_xact_lock(hashtext('calendar_version'))"))
    now = clock.now()
    before = newest(session, calendar_id) if calendar_id else None
    if calendar_id and before is None:
        raise NotFound("There is no such calendar.")
    since = effective_from or now
    if before and not effective_from and _says(before) == (name, is_active, written(calendar)):
        return before
    _must_open(calendar)
    _must_be_free(session, name, calendar_id)
    if before:
        must_have_no_proposal(session, before.calendar_id)
    is_restatement = before is not None and since < now
    row = CalendarVersion(
        calendar_id=calendar_id or new_id(now), version=_next_version(session, calendar_id), name=name,
        is_active=is_active, definition=written(calendar), effective_from=since, is_restatement=is_restatement,
        defined_at=now, defined_by=actor.person_id, accepted_at=None if is_restatement else now,
        accepted_by=None if is_restatement else actor.person_id,
    )  # fmt: skip
    session.add(row)
    house_changed(session)
    event = CalendarDefined(
        calendar_id=row.calendar_id, version=row.version, name=name, effective_from=since, definition=calendar,
        is_active=is_active, is_restatement=is_restatement,
    )  # fmt: skip
    append(session, [wrap(event, actor, source=source)])
    if before and not is_restatement:
        review_clocks_of(session, row.calendar_id, row.version, since)
    return row


def accept(session: Session, actor: Actor, row: CalendarVersion, *, source: str = "api") -> CalendarVersion:
    """Put a proposed restatement in force."""
    _must_be_proposed(row)
    row.accepted_at, row.accepted_by = clock.now(), actor.person_id
    session.add(row)
    house_changed(session)
    event = CalendarRestated(calendar_id=row.calendar_id, version=row.version, effective_from=row.effective_from)
    append(session, [wrap(event, actor, source=source)])
    review_clocks_of(session, row.calendar_id, row.version, row.accepted_at)
    return row


def withdraw(session: Session, actor: Actor, row: CalendarVersion, *, source: str = "api") -> CalendarVersion:
    """Give a proposed restatement up; its number is not used again."""
    _must_be_proposed(row)
    row.withdrawn_at = clock.now()
    session.add(row)
    session.flush()
    event = RestatementWithdrawn(calendar_id=row.calendar_id, version=row.version)
    append(session, [wrap(event, actor, source=source)])
    return row


def newest(session: Session, calendar_id: UUID) -> CalendarVersion | None:
    """A calendar's newest version that counts, be it for later."""
    query = _of(calendar_id).where(col(CalendarVersion.accepted_at).is_not(None)).limit(1)
    return session.execute(query).scalar_one_or_none()


def all_newest(session: Session) -> list[CalendarVersion]:
    """The newest version that counts of each calendar, by name."""
    newest_of_each = (
        sa.select(CalendarVersion)
        .ext(distinct_on(col(CalendarVersion.calendar_id)))
        .where(col(CalendarVersion.accepted_at).is_not(None))
        .order_by(col(CalendarVersion.calendar_id), col(CalendarVersion.version).desc())
    )
    return sorted(session.execute(newest_of_each).scalars(), key=lambda row: (row.name.casefold(), row.calendar_id))


def versions(session: Session, calendar_id: UUID) -> Sequence[CalendarVersion]:
    """All versions of a calendar, the newest first: proposed and withdrawn ones too."""
    return list(session.execute(_of(calendar_id)).scalars())


def version(session: Session, calendar_id: UUID, number: int, *, lock: bool = False) -> CalendarVersion:
    """One version."""
    is_number = 0 < number < 2**31
    row = session.get(CalendarVersion, (calendar_id, number), with_for_update=lock) if is_number else None
    if row is None:
        raise NotFound("There is no such version of this calendar.")
    return row


def proposal(session: Session, calendar_id: UUID) -> CalendarVersion | None:
    """The restatement that waits, if there is one."""
    waiting = _of(calendar_id).where(
        col(CalendarVersion.accepted_at).is_(None), col(CalendarVersion.withdrawn_at).is_(None)
    )
    return session.execute(waiting).scalar_one_or_none()


def proposals(session: Session) -> dict[UUID, int]:
    """The versions that wait, by calendar."""
    query = sa.select(col(CalendarVersion.calendar_id), col(CalendarVersion.version)).where(
        col(CalendarVersion.accepted_at).is_(None), col(CalendarVersion.withdrawn_at).is_(None)
    )
    return {row.calendar_id: row.version for row in session.execute(query)}


def must_have_no_proposal(session: Session, calendar_id: UUID) -> None:
    """Refuse while a restatement waits."""
    if waiting := proposal(session, calendar_id):
        raise CalendarHasProposal(
            f"Version {waiting.version} restates the past and waits; accept or withdraw it first.",
            version=waiting.version,
        )


def _of(calendar_id: UUID) -> sa.Select[CalendarVersion]:
    return (
        sa.select(CalendarVersion)
        .where(col(CalendarVersion.calendar_id) == calendar_id)
        .order_by(col(CalendarVersion.version).desc())
    )


def _says(row: CalendarVersion) -> tuple[str, bool, dict[str, object]]:
    return row.name, row.is_active, written(calendar_of(row))


def _next_version(session: Session, calendar_id: UUID | None) -> int:
    last = sa.select(sa.func.max(col(CalendarVersion.version))).where(col(CalendarVersion.calendar_id) == calendar_id)
    return (session.execute(last).scalar() or 0) + 1


def _must_open(calendar: Calendar) -> None:
    now = clock.now()
    if add_business(calendar, now, 1) is None:
        raise CalendarNeverOpens("This calendar never opens: give it hours on at least one day of the week.")


def _must_be_free(session: Session, name: str, own_id: UUID | None) -> None:
    known = all_newest(session)
    if any(row.name == name and row.calendar_id != own_id for row in known):
        raise NameTaken(f"There is a calendar {name} already; choose another name.")
    if own_id is None and len(known) >= MOST_CALENDARS:
        raise Conflict(f"There are {MOST_CALENDARS} calendars already; change one that is not used any more.")


def _must_be_proposed(row: CalendarVersion) -> None:
    if not row.is_proposed:
        raise Conflict("This version is no proposal any more; read the calendar again.")
