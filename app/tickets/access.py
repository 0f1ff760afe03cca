"""Who may see a ticket, and why: the same rules as app.policy, told grant by grant. (A test holds the two together.)"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app import policy
from app.people.person import Organisation, Person
from app.queues.house import House, house_of
from app.tickets.ticket import Ticket
from core.actor import Actor, Role
from core.errors import NotAllowed, NotFound
from core.relation import Relation, is_related

Through = Literal["admin", "person", "role", "relation", "requester", "organisation"]
MOST_PEOPLE = 500
"""More are not listed; ask for one person."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One way by which somebody sees a ticket; `queue_id` is where the grant stands."""

    through: Through
    words: str
    queue_id: UUID | None = None
    rights: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Access:
    """Whether one person may see a ticket, and why (or, without a reason, why not)."""

    person: Person
    reasons: tuple[Reason, ...]
    words: str

    @property
    def may_see(self) -> bool:
        """Somebody who is switched off cannot even come in."""
        return self.person.is_active and bool(self.reasons)


def access_of(session: Session, actor: Actor, ticket: Ticket, person_id: UUID | None = None) -> list[Access]:
    """Everybody who may see the ticket (and one more than `MOST_PEOPLE` if there are more), or the one asked for."""
    if not policy.visible(actor).internal:
        raise NotAllowed("Only colleagues see who else can see a ticket.")
    house = house_of(session)
    shared = _sharing(session, ticket)
    if person_id is not None:
        person = session.get(Person, person_id)
        if person is None:
            raise NotFound("There is no such person, or you may not see them.")
        return [_access(house, person, ticket, shared)]
    found = [_access(house, person, ticket, shared) for person in _candidates(session, ticket, shared)]
    return [one for one in found if one.may_see]


def reasons_of(house: House, person: Person, ticket: Ticket, shared: Organisation | None) -> Iterator[Reason]:
    """Every way by which this person sees the ticket. `shared`: its organisation, if that shares its tickets."""
    role = Role(person.role)
    if role is Role.ADMIN:
        yield Reason("admin", "is an administrator: sees every ticket")
    elif role is Role.CUSTOMER:
        yield from _of_customer(person, ticket, shared)
    elif role is not Role.SYSTEM:
        yield from _of_colleague(house, person, role, ticket)


def _of_customer(person: Person, ticket: Ticket, shared: Organisation | None) -> Iterator[Reason]:
    if person.id == ticket.requester_id:
        yield Reason("requester", "is the requester: it is their ticket")
    if shared and person.organisation_id == shared.id:
        yield Reason("organisation", f"belongs to {shared.name}, which shares its tickets")


def _of_colleague(house: House, person: Person, role: Role, ticket: Ticket) -> Iterator[Reason]:
    holders: list[tuple[Through, str, str]] = [
        ("person", str(person.id), "holds"),
        ("role", role.value, f"has the role {role.value.replace('_', ' ')}, which holds"),
        *(
            ("relation", relation.value, f"{AS[relation]}, and who does holds")
            for relation in Relation
            if is_related(relation, ticket, person.id)
        ),
    ]
    for above in house.line(ticket.queue_id):
        for kind, holder, words in holders:
            held = house.rights.get((kind, holder, above), policy.NONE)
            if held and role is Role.LIGHT_AGENT:
                held = (held & policy.OF_A_LIGHT_AGENT) | {"read"}
            if held:
                rights = tuple(sorted(held | {"read"}))
                yield Reason(kind, f"{words} {', '.join(rights)} in {_place(house, above, ticket)}", above, rights)


AS = {
    Relation.OWNER: "owns it",
    Relation.CREATOR: "opened it",
    Relation.INVOLVED: "wrote on it or owned it",
    Relation.WATCHER: "watches it",
}


def _place(house: House, queue_id: UUID, ticket: Ticket) -> str:
    name = house.queues[queue_id].name
    return name if queue_id == ticket.queue_id else f"{name}, above {house.queues[ticket.queue_id].name}"


def _access(house: House, person: Person, ticket: Ticket, shared: Organisation | None) -> Access:
    reasons = tuple(reasons_of(house, person, ticket, shared))
    if not person.is_active:
        words = "is switched off and cannot come in"
    elif reasons:
        words = "; ".join(reason.words for reason in reasons)
    elif person.role == Role.CUSTOMER:
        words = "is a customer whose ticket it is not, and no organisation shares it with them"
    else:
        words = f"holds no right in {house.queues[ticket.queue_id].name} or above it, by themselves, role or relation"
    return Access(person, reasons, words)


def _sharing(session: Session, ticket: Ticket) -> Organisation | None:
    organisation = session.get(Organisation, ticket.organisation_id) if ticket.organisation_id else None
    return organisation if organisation and organisation.is_shared else None


def _candidates(session: Session, ticket: Ticket, shared: Organisation | None) -> Sequence[Person]:
    """Whoever could have a reason: all inside, the requester, and their organisation if it shares."""
    lines = [col(Person.role) != Role.CUSTOMER.value, col(Person.id) == ticket.requester_id]
    if shared:
        lines.append(col(Person.organisation_id) == shared.id)
    people = sa.select(Person).where(col(Person.is_active), sa.or_(*lines)).order_by(col(Person.role), col(Person.name))
    return session.execute(people.limit(MOST_PEOPLE + 1)).scalars().all()
