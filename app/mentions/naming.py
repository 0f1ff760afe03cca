"""From `@Name` in a text to people, and who can be called on a ticket. Names are compared in folded case."""

import re
from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app import policy
from app.people.facts import somebodies
from app.people.person import Person
from app.queues.house import house_of
from app.tickets.ticket import Ticket
from core.actor import Actor, Role
from core.errors import NotAllowed

MOST_OFFERED = 10
STAFF = [role.value for role in Role if role.is_staff]
Named = tuple[UUID, str]


def named_in(session: Session, ticket: Ticket, text: str, *, visibility: str, author_id: UUID | None) -> list[UUID]:
    """The colleagues whom a note calls as `@Name`, the longest name that fits.

    Of several with one name those who may read the note are meant, and only if nobody may, whoever has it.
    """
    if "@" not in text:
        return []
    called: dict[str, list[UUID]] = defaultdict(list)
    for person_id, name in _staff(session):
        called[name.lower()].append(person_id)
    names = sorted(called, key=len, reverse=True)
    if not names:
        return []
    pattern = re.compile(rf"(?<![\w@])@({'|'.join(map(re.escape, names))})(?!\w)", re.IGNORECASE)
    found = dict.fromkeys(match[1].lower() for match in pattern.finditer(text))
    meant = [one for name in found for one in _readers(session, ticket, called[name], visibility, author_id)]
    return [one for one in dict.fromkeys(meant) if one != author_id]


def mentionable(session: Session, actor: Actor, ticket: Ticket, beginning: str) -> list[Named]:
    """Colleagues who may read the ticket's notes and whose name, or a word of it, begins so; nobody else."""
    if not policy.visible(actor).internal:
        raise NotAllowed("Only colleagues mention colleagues.")
    wanted = beginning.strip().lower()
    fitting = [
        (person_id, name)
        for person_id, name in _staff(session)
        if name.lower().startswith(wanted) or any(word.startswith(wanted) for word in name.lower().split())
    ]
    known = somebodies(session, house_of(session), {person_id for person_id, _ in fitting})
    reading = [one for one in fitting if one[0] != actor.person_id and known[one[0]].scope.covers(ticket)]
    return reading[:MOST_OFFERED]


def _readers(
    session: Session, ticket: Ticket, people: Sequence[UUID], visibility: str, author_id: UUID | None
) -> Sequence[UUID]:
    known = somebodies(session, house_of(session), set(people))
    reading = [one for one in people if known[one].reads(ticket, visibility, author_id)]
    return reading or people


def _staff(session: Session) -> list[Named]:
    rows = session.execute(
        sa.select(col(Person.id), col(Person.name))
        .where(col(Person.role).in_(STAFF), col(Person.is_active))
        .order_by(col(Person.name), col(Person.id))
    )
    return [(row.id, row.name) for row in rows]
