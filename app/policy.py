"""Who may see and do what: the only module that decides it. Whatever is not granted is denied.

Rights are held in a queue and in its children: by a person, by everybody of a role, or by all colleagues who stand in
a relation to the ticket (owner, creator, involved, watcher). Customers hold rights because a ticket is theirs, or
belongs to their organisation and that shares its tickets.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, cast, get_args
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from app.fields.definition import Definitions
from app.people.person import Organisation, Person
from app.queues.house import House
from app.queues.right import Right
from app.tickets.ticket import Message, Ticket
from core.actor import Actor, Role, Scope
from core.errors import NotAllowed, NotFound
from core.relation import Relation, is_related

RIGHTS: frozenset[str] = frozenset(get_args(Right))
READING = frozenset({"read", "export"})
"""All that a read-only token can be good for."""

NONE: frozenset[str] = frozenset()

OF_A_LIGHT_AGENT = frozenset({"read", "note", "contact"})
"""All that light agents can be granted; of commands they have those that say so (`is_for_light_agents`)."""

OF_A_REQUESTER = frozenset({"read", "reply"})
"""What customers may do with a ticket that they can see."""


def grants_of(house: House, person_id: UUID | None, role: Role) -> dict[UUID, frozenset[str]]:
    """The rights of a person in each queue: their own and their role's, here and in every queue above.

    Holding any right implies `read`: nobody works what they cannot see. Customers keep only `create`.
    """
    holders = [("role", role.value), *([("person", str(person_id))] if person_id else [])]
    grants = {}
    for queue_id in house.queues:
        held = NONE.union(
            *(
                house.rights.get((kind, holder, above), NONE)
                for above in house.line(queue_id)
                for kind, holder in holders
            )
        )
        if role is Role.CUSTOMER:
            held &= {"create"}
        elif role is Role.LIGHT_AGENT and held:
            held = (held & OF_A_LIGHT_AGENT) | {"read"}
        elif held:
            held |= {"read"}
        if held:
            grants[queue_id] = held
    return grants


def related_grants_of(house: House, role: Role) -> Mapping[UUID, Mapping[Relation, frozenset[str]]]:
    """The rights that come with a relation to a ticket, in each queue. They are for colleagues and robots."""
    if role is Role.LIGHT_AGENT:
        return {
            queue: {relation: held & OF_A_LIGHT_AGENT for relation, held in of.items()}
            for queue, of in house.related.items()
        }
    return house.related if role.is_staff or role is Role.BOT else {}


def scope_of(
    role: Role,
    person_id: UUID,
    organisation_id: UUID | None,
    grants: Mapping[UUID, frozenset[str]],
    related: Mapping[UUID, Mapping[Relation, frozenset[str]]],
    *,
    fields: Definitions = MappingProxyType({}),
) -> Scope:
    """What somebody may read. `organisation_id` is given only if that organisation shares its tickets."""
    if role in (Role.ADMIN, Role.SYSTEM):
        return Scope(everything=True, internal=True)
    if role is Role.CUSTOMER:
        shared = frozenset({organisation_id}) if organisation_id else frozenset()
        return Scope(requester_ids=frozenset({person_id}), organisation_ids=shared)
    reading = frozenset(queue for queue, held in grants.items() if "read" in held)
    leading = frozenset(queue for queue, held in grants.items() if "admin" in held)
    return Scope(
        queue_ids=reading,
        internal=True,
        person_id=person_id,
        related=_lines(related, reading),
        admin_queue_ids=leading,
        hides_addresses=not any("contact" in held for held in grants.values()),
        masks=masks_of(fields, grants, reading.union(*(queues for _, queues in _lines(related, reading)))),
    )


def masks_of(
    fields: Definitions, grants: Mapping[UUID, frozenset[str]], reading: frozenset[UUID]
) -> tuple[tuple[str, frozenset[UUID]], ...]:
    """The custom fields that take a right which is not held wherever tickets are read, and where it is held.

    Only what is held by person or role counts: by a relation to one ticket nobody sees fields.
    """
    held = [
        (key, frozenset(queue for queue in reading if one.see in grants.get(queue, NONE)))
        for key, one in sorted(fields.items())
        if one.see
    ]
    return tuple((key, queues) for key, queues in held if queues != reading)


def _lines(
    related: Mapping[UUID, Mapping[Relation, frozenset[str]]], reading: frozenset[UUID]
) -> tuple[tuple[Relation, frozenset[UUID]], ...]:
    """Which relations read in which queues, but for the queues that are read anyway."""
    found = [
        (relation, frozenset(queue for queue, held in related.items() if relation in held) - reading)
        for relation in Relation
    ]
    return tuple((relation, queues) for relation, queues in found if queues)


def can(actor: Actor, right: str, queue_id: UUID, ticket: Ticket | None = None) -> bool:
    """Whether the actor holds a right in a queue, or by their relation to a ticket."""
    if not token_covers(actor, right):
        return False
    if actor.role in (Role.ADMIN, Role.SYSTEM):
        return True
    if actor.role is Role.CUSTOMER and ticket is not None and right in OF_A_REQUESTER:
        return may_see(actor, ticket)
    return right in actor.grants.get(queue_id, NONE) or (ticket is not None and _can_as(actor, right, queue_id, ticket))


def _can_as(actor: Actor, right: str, queue_id: UUID, ticket: Ticket) -> bool:
    """Whether the right comes with how the actor stands to the ticket."""
    return any(
        right in held and is_related(relation, ticket, actor.person_id)
        for relation, held in actor.related.get(queue_id, {}).items()
    )


def token_covers(actor: Actor, right: str) -> bool:
    """Whether the token, if it is one, is good for a right that its person may hold. To read, every token is."""
    if right in READING:
        return True
    return not actor.read_only and (actor.limited_to is None or right in actor.limited_to)


def demand(actor: Actor, needs: Sequence[tuple[str, UUID]], ticket: Ticket | None = None) -> None:
    """Refuse unless the actor holds all these rights. A queue that the actor knows nothing of is not there."""
    for right, queue_id in needs:
        if can(actor, right, queue_id, ticket):
            continue
        if not knows_queue(actor, queue_id) and (ticket is None or queue_id != ticket.queue_id):
            raise NotFound("There is no such queue, or you may not see it.")
        raise NotAllowed(f"This takes the right {right!r} in the queue; ask an administrator for it.", right=right)


def demand_full_agent(actor: Actor, *, is_for_light_agents: bool) -> None:
    """Refuse light agents whatever is not made for them."""
    if actor.role is Role.LIGHT_AGENT and not is_for_light_agents:
        raise NotAllowed("Light agents read, watch and write internal notes; ask an agent of the queue for the rest.")


def demand_export(actor: Actor, names: Mapping[UUID, str]) -> None:
    """Refuse to hand out data as a file unless the actor holds `export` wherever they read tickets (ADR 0072).

    A file cannot say which of its numbers leave some queue out, so it is all that one sees or nothing.
    """
    if not may_export(actor):
        lacking = export_lacks(actor)
        where = min((names.get(queue, "a queue") for queue in lacking), default="the queue")
        raise NotAllowed(
            f"To take data out takes the right 'export' wherever you read tickets; it is missing in {where}.",
            right="export",
        )


def may_export(actor: Actor) -> bool:
    """Whether links to files are of any use to the actor."""
    return actor.scope.internal and not export_lacks(actor)


def export_lacks(actor: Actor) -> frozenset[UUID]:
    """The queues that the actor reads without holding `export` there."""
    reading = actor.scope.queue_ids.union(*(ids for _, ids in actor.scope.related))
    return frozenset(queue for queue in reading if not can(actor, "export", queue))


def may_see(actor: Actor, ticket: Ticket) -> bool:
    """Whether a ticket exists for this actor."""
    return actor.scope.covers(ticket)


def visible(actor: Actor) -> Scope:
    """What the actor may read: SQL, search, lake and live filters are all made of this one value."""
    return actor.scope


def scope_filter(scope: Scope, row: type[Ticket] = Ticket) -> sa.ColumnElement[bool]:
    """The scope as a clause on `Ticket`, or an alias of it: true exactly where `Scope.covers` is."""
    if scope.everything:
        return sa.true()
    lines: list[sa.ColumnElement[bool]] = []
    for column, ids in (
        (col(row.queue_id), scope.queue_ids),
        (col(row.requester_id), scope.requester_ids),
        (col(row.organisation_id), scope.organisation_ids),
    ):
        if ids:
            lines.append(_is_any(column, ids))
    if scope.person_id:
        lines += [
            _is_any(col(row.queue_id), queues) & _stands(relation, scope.person_id, row)
            for relation, queues in scope.related
        ]
    return sa.or_(*lines) if lines else sa.false()


def _is_any(column: Any, ids: frozenset[UUID]) -> sa.ColumnElement[bool]:
    return cast("sa.ColumnElement[bool]", column == sa.any_(sa.literal(sorted(ids), sa.ARRAY(sa.Uuid))))


def _stands(relation: Relation, person_id: UUID, row: type[Ticket]) -> sa.ColumnElement[bool]:
    """`is_related` as a clause on `Ticket`. That a list is not empty is said for the sake of the partial indexes."""
    column = getattr(row, relation.column)
    if not relation.is_of_many:
        return cast("sa.ColumnElement[bool]", column == person_id)
    return sa.and_(column.contains([person_id]), column != sa.text("'{}'"))


def message_filter(scope: Scope, ticket: Ticket) -> sa.ColumnElement[bool]:
    """Which messages of a visible ticket may be read: `Scope.reads` as a clause on `Message`."""
    return messages_for(scope, reads_restricted=scope.reads("restricted", None, ticket))


def messages_for(scope: Scope, *, reads_restricted: bool) -> sa.ColumnElement[bool]:
    """The same, for every ticket whose restricted messages are, or are not, this reader's to read."""
    if not scope.internal and not scope.everything:
        return col(Message.visibility) == "public"
    if reads_restricted:
        return sa.true()
    return (col(Message.visibility) != "restricted") | (col(Message.author_id) == scope.person_id)


def person_filter(actor: Actor) -> sa.ColumnElement[bool]:
    """Whom the actor may look up: staff know everybody, customers themselves."""
    if sees_people(actor):
        return sa.true()
    return col(Person.id) == actor.person_id


def sees_people(actor: Actor) -> bool:
    """Whether the actor works with customers' data at all: somebody inside with a queue, or an administrator."""
    return actor.scope.everything or bool(actor.scope.internal and (actor.grants or actor.related))


def sees_address(actor: Actor, person_id: UUID) -> bool:
    """Whether the actor gets somebody's whole mail address: their own, or with the right `contact` in any queue."""
    return actor.scope.sees_addresses or person_id == actor.person_id


def is_admin(actor: Actor) -> bool:
    """Whether the actor may set up the house (and is not using a token that only reads)."""
    return actor.role in (Role.ADMIN, Role.SYSTEM) and token_covers(actor, "admin")


def knows_queue(actor: Actor, queue_id: UUID) -> bool:
    """Whether a queue exists for this actor: they may do something there."""
    return actor.scope.everything or queue_id in actor.grants or queue_id in actor.related


def organisation_filter(actor: Actor) -> sa.ColumnElement[bool]:
    """Which organisations the actor may look up: staff all, customers their own."""
    return sa.true() if sees_people(actor) else col(Organisation.id) == actor.organisation_id


def demand_admin(actor: Actor, *, reading: bool = False) -> None:
    """Refuse everybody who may not set up queues, states, people and rights."""
    if not is_admin(actor) and not (reading and actor.role is Role.ADMIN):
        raise NotAllowed("Only administrators may do this.")


def demand_customer_keeper(actor: Actor) -> None:
    """Refuse everybody who may not add customers: somebody inside who may open tickets."""
    may_open = any("create" in held for held in actor.grants.values())
    if not is_admin(actor) and not (actor.scope.internal and may_open and token_covers(actor, "create")):
        raise NotAllowed("Only colleagues who may open tickets can add customers.")


def demand_write(actor: Actor) -> None:
    """Refuse a token that may only read, and whoever looks through the eyes of another."""
    if actor.viewer:
        raise NotAllowed("Leave the view first: with the eyes of somebody else nothing can be changed.")
    if actor.read_only:
        raise NotAllowed("This token may only read; use one with the scope 'write'.")
