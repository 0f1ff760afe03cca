"""Entries of the ledger as a table shows them: words for kinds and fields, names for ids."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.audit.entries import Entry
from app.people.person import Organisation, Person
from app.queues.house import House

HIDDEN = frozenset({"subject_hash", "body_hash", "before_state_id", "state_id", "message_id"})
"""Fields that tell people nothing: hashes, and ids whose names stand beside them."""

WORDS = {
    "session.started": "signed in",
    "session.ended": "signed out",
    "session.refused": "wrong password",
    "password.changed": "new password",
    "export.made": "export",
    "person.defined": "person",
    "rights.granted": "rights",
    "message.added": "message",
    "queue.defined": "queue",
    "state.defined": "state",
    "organisation.defined": "organisation",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One event: what, by whom, and each changed field as `(name, old, new)` in words."""

    entry: Entry
    what: str
    who: str
    changes: tuple[tuple[str, str, str], ...]

    @property
    def mark(self) -> str:
        """The beginning of its hash: enough to compare by eye."""
        return self.entry.hash.hex()[:12]


def lines_of(session: Session, house: House, entries: Sequence[Entry]) -> list[Line]:
    """The entries in words."""
    names = _names(session, house, entries)
    return [_line(entry, names) for entry in entries]


def _line(entry: Entry, names: Mapping[str, str]) -> Line:
    def said(value: Any) -> str:
        if isinstance(value, list):
            return ", ".join(map(said, value)) or "–"
        if isinstance(value, bool):
            return "yes" if value else "no"
        return "–" if value in (None, "", {}) else names.get(str(value), str(value))

    named = [(_field(field), said(old), said(new)) for field, old, new in entry.changes if field not in HIDDEN]
    changes = tuple(change for change in named if change[1] != change[2])
    what = WORDS.get(entry.kind) or entry.kind.removeprefix("ticket.").replace("_", " ").replace(".", ": ")
    who = entry.actor_name or {"end_user": "The customer"}.get(entry.actor_kind, "Clearqueue")
    return Line(entry, what, who, changes)


def _field(name: str) -> str:
    return name.removesuffix("_id").replace("_", " ")


def _names(session: Session, house: House, entries: Iterable[Entry]) -> dict[str, str]:
    """The names behind the ids that occur."""
    ids = {found for entry in entries for _, *sides in entry.changes for side in sides if (found := _id(side))}
    wanted = sa.any_(sa.literal(sorted(ids), sa.ARRAY(sa.Uuid)))
    names = {str(queue.id): queue.name for queue in house.queues.values()}
    for table in (Person, Organisation):
        rows = session.execute(sa.select(col(table.id), col(table.name)).where(col(table.id) == wanted))
        names |= {str(row.id): row.name for row in rows}
    return names


def _id(value: Any) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None
