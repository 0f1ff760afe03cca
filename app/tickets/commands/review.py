"""Review: look at a ticket's service levels anew. Policies and calendars ask for it when they change."""

from typing import ClassVar

from app.tickets.command import Command, Now, decide
from app.tickets.states import GONE
from app.tickets.ticket import Ticket
from core.events import Event, SlaReviewed


class Review(Command):
    """Put a ticket under the policy and the versions that are for it now."""

    right: ClassVar[str] = "admin"


@decide.register
def review(do: Review, ticket: Ticket, now: Now) -> list[Event]:
    """Tickets that nobody works have no clocks."""
    return [] if ticket.category in GONE else [SlaReviewed()]
