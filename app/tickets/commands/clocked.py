"""What service levels do to a ticket's row; the rules are in app/sla, the clocks themselves in `sla_clock`."""

from datetime import datetime

from app.tickets.command import effect
from app.tickets.ticket import Ticket
from core.events import ClockTold, PolicyApplied, SlaReviewed


@effect.register
def policy_applied(event: PolicyApplied, ticket: Ticket, occurred_at: datetime) -> None:
    """It is under this version of a policy."""
    ticket.sla_policy_id, ticket.sla_policy_version = event.policy_id, event.version
    ticket.due_at = event.ticket_due_at


@effect.register
def clock_told(event: ClockTold, ticket: Ticket, occurred_at: datetime) -> None:
    """The earliest due time of all its clocks may be another."""
    ticket.due_at = event.ticket_due_at


@effect.register
def reviewed(event: SlaReviewed, ticket: Ticket, occurred_at: datetime) -> None:
    """Nothing by itself: what comes of it is told by events of its own."""
