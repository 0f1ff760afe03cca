"""What merging, splitting and linking do to a ticket's row; the deeds are in merge.py, split.py, connect.py."""

from datetime import datetime

from app.tickets.command import effect
from app.tickets.ticket import Ticket
from core.events import (
    MessagesPlaced,
    ThreadChanged,
    TicketLinked,
    TicketMerged,
    TicketSplit,
    TicketUnlinked,
    TicketUnmerged,
)


@effect.register
def merged(event: TicketMerged, ticket: Ticket, occurred_at: datetime) -> None:
    """The source points at the target."""
    if ticket.id == event.source_id:
        ticket.merged_into_id, ticket.merged_from_state_id = event.target_id, event.from_state_id


@effect.register
def unmerged(event: TicketUnmerged, ticket: Ticket, occurred_at: datetime) -> None:
    """The source stands alone."""
    if ticket.id == event.source_id:
        ticket.merged_into_id = ticket.merged_from_state_id = None


@effect.register
def messages_placed(event: MessagesPlaced, ticket: Ticket, occurred_at: datetime) -> None:
    """Nothing in the row: what is shown where stands in message_place."""


@effect.register
def was_split(event: TicketSplit, ticket: Ticket, occurred_at: datetime) -> None:
    """Nothing in the row: what is shown where stands in message_place."""


@effect.register
def thread_changed(event: ThreadChanged, ticket: Ticket, occurred_at: datetime) -> None:
    """What the whole thread amounts to; messages to come count from there (talk.py)."""
    ticket.message_count, ticket.awaiting_reply_since = event.message_count, event.awaiting_reply_since


@effect.register
def ticket_linked(event: TicketLinked, ticket: Ticket, occurred_at: datetime) -> None:
    """Nothing in the row: the link stands in ticket_link."""


@effect.register
def ticket_unlinked(event: TicketUnlinked, ticket: Ticket, occurred_at: datetime) -> None:
    """Nothing in the row: the link stood in ticket_link."""
