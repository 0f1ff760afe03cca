"""Entries of the ledger as a table shows them: words for kinds and fields, names for ids."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.audit.entries import Entry, Wanted, read_entries
from app.people.person import Organisation, Person
from app.policy import scope_filter
from app.queues.house import House, house_of
from app.tickets.ticket import Ticket
from core.actor import Actor

HIDDEN = frozenset(
    {"subject_hash", "body_hash", "text_hash", "actions_hash", "before_state_id", "state_id", "message_id", "direction"}
)
"""Fields that tell people nothing: hashes, and ids whose names stand beside them."""

RARE = frozenset({"is_auto", "is_first", "was_cancelled"})
"""What is worth a word only when it is so."""

WORDS = {
    "session.started": "signed in",
    "session.ended": "signed out",
    "session.refused": "wrong password",
    "view_as.started": "looks with another's eyes",
    "view_as.ended": "own eyes again",
    "password.changed": "new password",
    "export.made": "export",
    "person.defined": "person",
    "rights.granted": "rights",
    "message.added": "message",
    "queue.defined": "queue",
    "queue.transitions_set": "ways between states",
    "sla.policy.defined": "SLA policy",
    "preferences.set": "preferences",
    "agent.presence_changed": "presence",
    "state.defined": "state",
    "organisation.defined": "organisation",
    "denominator.recorded": "how many there are",
    "denominator.removed": "how many there are, taken back",
    "data.checked": "the numbers were checked",
}


NOTHING: tuple[Any, ...] = (None, "", [], {}, False)


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


def lines_of(session: Session, actor: Actor, entries: Sequence[Entry]) -> list[Line]:
    """The entries in words. Of tickets that the actor may not read, no more than the id is told."""
    names = _names(session, actor, house_of(session), entries)
    return [_line(entry, names) for entry in entries]


def _line(entry: Entry, names: Mapping[str, str]) -> Line:
    def said(value: Any) -> str:
        if isinstance(value, list):
            return ("; " if value and isinstance(value[0], dict) else ", ").join(map(said, value)) or "–"
        if isinstance(value, dict) and value:
            return ", ".join(f"{_field(field)} {said(one)}" for field, one in value.items() if one not in NOTHING)
        if isinstance(value, bool):
            return "yes" if value else "no"
        return "–" if value in (None, "", {}) else names.get(str(value), str(value))

    told = [change for change in entry.changes if change[0] not in HIDDEN and (change[0] not in RARE or change[2])]
    named = [(_field(field), said(old), said(new)) for field, old, new in told]
    changes = tuple(change for change in named if change[1] != change[2])
    what = WORDS.get(entry.kind) or entry.kind.removeprefix("ticket.").replace("_", " ").replace(".", ": ")
    who = entry.actor_name or {"end_user": "The customer"}.get(entry.actor_kind, "Clearqueue")
    return Line(entry, what, who, changes)


def name_of(session: Session, subject: str) -> str:
    """What a setting is called now: the name in the newest event that defined it; the id where it has none."""
    newest = read_entries(session, Wanted(subject=subject, limit=20)) if subject else []
    named = (entry.payload.get("name") or entry.payload.get("label") for entry in newest if "defined" in entry.kind)
    person = session.get(Person, found) if (found := _id(subject)) else None
    return person.name if person else next((name for name in named if name), subject)


def _field(name: str) -> str:
    return name.removesuffix("_id").replace("_", " ")


def _names(session: Session, actor: Actor, house: House, entries: Iterable[Entry]) -> dict[str, str]:
    """The names behind the ids that occur."""
    ids = {found for entry in entries for _, *sides in entry.changes for side in sides if (found := _id(side))}
    wanted = sa.any_(sa.literal(sorted(ids), sa.ARRAY(sa.Uuid)))
    names = {str(one.id): one.name for kept in (house.queues, house.states) for one in kept.values()}
    for table in (Person, Organisation):
        rows = session.execute(sa.select(col(table.id), col(table.name)).where(col(table.id) == wanted))
        names |= {str(row.id): row.name for row in rows}
    tickets = session.execute(
        sa.select(col(Ticket.id), col(Ticket.number)).where(col(Ticket.id) == wanted, scope_filter(actor.scope))
    )
    return names | {str(row.id): f"#{row.number}" for row in tickets}


def _id(value: Any) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None
