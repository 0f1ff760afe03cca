"""Who would gain and who would lose sight of tickets, if rights in a queue were set otherwise. Pure: two houses."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal
from uuid import UUID

from app import policy
from app.queues.house import House
from core.actor import Role
from core.relation import Relation

HolderKind = Literal["person", "role", "relation"]
Part = tuple[UUID, Relation | None]
"""Tickets of a queue: all of them, or those to which one stands so."""


@dataclass(frozen=True, slots=True)
class Seer:
    """Somebody inside, as far as rights go."""

    person_id: UUID
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Change:
    """What one person would see that they do not see now, and the other way round."""

    person: Seer
    gains: tuple[Part, ...]
    loses: tuple[Part, ...]


def with_rights(house: House, queue_id: UUID, holder_kind: HolderKind, holder: str, rights: Iterable[str]) -> House:
    """The house as it would be."""
    held = {**house.rights, (holder_kind, holder, queue_id): frozenset(rights)}
    return replace(house, rights=MappingProxyType(held))


def changes(before: House, after: House, people: Iterable[Seer]) -> list[Change]:
    """Whoever would see more or less, in the order of `people`."""
    return [change for person in people if (change := _change(before, after, person))]


def parts_seen(house: House, person: Seer) -> frozenset[Part]:
    """What somebody sees by rights in queues; administrators need none. What one sees anyway counts not by relation."""
    if person.role is Role.ADMIN:
        return frozenset()
    reading = policy.grants_of(house, person.person_id, person.role).keys()
    return frozenset([*((queue_id, None) for queue_id in reading), *_by_relation(house, person.role, reading)])


def _by_relation(house: House, role: Role, reading: Iterable[UUID]) -> Iterator[Part]:
    for queue_id, held in policy.related_grants_of(house, role).items():
        if queue_id not in reading:
            yield from ((queue_id, relation) for relation in held)


def _change(before: House, after: House, person: Seer) -> Change | None:
    was, will_be = parts_seen(before, person), parts_seen(after, person)
    gains, loses = _beyond(will_be, was), _beyond(was, will_be)
    return Change(person, gains, loses) if gains or loses else None


def _beyond(parts: frozenset[Part], others: frozenset[Part]) -> tuple[Part, ...]:
    """What is in no other part: whoever sees a whole queue sees there what they stand to."""
    return tuple(sorted((one for one in parts - others if (one[0], None) not in others), key=str))
