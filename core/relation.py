"""How a person can stand to a ticket, by which rights may be granted: the reference for every compiled form."""

from collections.abc import Collection
from enum import StrEnum
from typing import Protocol
from uuid import UUID


class Relation(StrEnum):
    """What a colleague is to a ticket. (A customer's ticket is theirs by its requester; that needs no grant.)"""

    OWNER = "owner"
    CREATOR = "creator"
    INVOLVED = "involved"
    """Ever wrote on it, or ever owned it."""
    WATCHER = "watcher"

    @property
    def column(self) -> str:
        """The ticket's field that tells who they are: one id, or several (`_ids`)."""
        return COLUMNS[self]

    @property
    def is_of_many(self) -> bool:
        """Whether several people can stand so to one ticket."""
        return self.column.endswith("_ids")


COLUMNS = {
    Relation.OWNER: "agent_id",
    Relation.CREATOR: "creator_id",
    Relation.INVOLVED: "involved_ids",
    Relation.WATCHER: "watcher_ids",
}


class Sighted(Protocol):
    """What must be known of a ticket to tell who may see it: its row, a search document and news of it know it."""

    @property
    def queue_id(self) -> UUID | None:
        """Where it waits."""

    @property
    def requester_id(self) -> UUID | None:
        """Whose it is."""

    @property
    def organisation_id(self) -> UUID | None:
        """For which organisation."""

    @property
    def agent_id(self) -> UUID | None:
        """Who owns it."""

    @property
    def creator_id(self) -> UUID | None:
        """Who opened it."""

    @property
    def involved_ids(self) -> Collection[UUID]:
        """Who of the house ever wrote on it or owned it."""

    @property
    def watcher_ids(self) -> Collection[UUID]:
        """Who watches it."""


def is_related(relation: Relation, ticket: Sighted, person_id: UUID | None) -> bool:
    """Whether the person stands so to the ticket. Nobody stands to none."""
    if person_id is None:
        return False
    value = getattr(ticket, relation.column)
    return person_id in value if relation.is_of_many else person_id == value
