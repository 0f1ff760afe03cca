"""Tickets that belong together. Messages never move: these events change what is shown where (SEMANTICS.md 2.5).

Each stands in the history of every ticket that it names.
"""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from core.events.event import Event

LinkKind = Literal["relates", "duplicates", "parent", "follow_up"]
"""`from` relates to `to`, duplicates it, is its parent, or follows it up."""


ThreadReason = Literal["merged", "unmerged", "split", "placed"]


class TicketMerged(Event):
    """The thread of `source` belongs to `target` from now on; `from_state_id` is the state that the source had."""

    kind: ClassVar[str] = "ticket.merged"

    source_id: UUID
    target_id: UUID
    from_state_id: UUID


class TicketUnmerged(Event):
    """The thread of `source` is its own again."""

    kind: ClassVar[str] = "ticket.unmerged"

    source_id: UUID
    target_id: UUID


class MessagesPlaced(Event):
    """Messages of one ticket were told to belong to another: they are shown there."""

    kind: ClassVar[str] = "ticket.messages_placed"

    said_ids: list[UUID]
    source_id: UUID
    target_id: UUID


class TicketSplit(Event):
    """The ticket `target` was made from messages of `source`, which keeps them; both show them."""

    kind: ClassVar[str] = "ticket.split"

    source_id: UUID
    target_id: UUID
    said_ids: list[UUID]


class ThreadChanged(Event):
    """What a ticket shows is another than before, by a merge, its undoing, a split or messages placed elsewhere.

    So many messages it shows from now on, and since when the oldest of them that nobody answered waits. It stands in
    the history of each ticket whose thread changed, also of those above the two that the deed was about. Clocks follow
    a merge and its undoing; events from before `because` was told move none.
    """

    kind: ClassVar[str] = "ticket.thread_changed"

    message_count: int
    awaiting_reply_since: datetime | None = None
    because: ThreadReason | None = None


class TicketLinked(Event):
    """Two tickets were linked."""

    kind: ClassVar[str] = "ticket.linked"

    link: LinkKind
    source_id: UUID
    target_id: UUID


class TicketUnlinked(Event):
    """A link between two tickets was taken away."""

    kind: ClassVar[str] = "ticket.unlinked"

    link: LinkKind
    source_id: UUID
    target_id: UUID
