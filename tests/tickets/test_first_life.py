"""A ticket's life by its commands."""

from core.ledger import history
from tests.world import World


def test_a_ticket_is_opened_answered_and_solved(world: World) -> None:
    ticket = world.ticket(opened="mon 9:00", assigned="mon 9:05", replied="mon 9:20", solved="tue 10:00")
    kinds = [envelope.kind for envelope in history(world.session, ticket.id)]
    assert kinds == [
        "ticket.created",
        "message.added",
        "ticket.assigned",
        "message.added",
        "ticket.status_changed",
        "ticket.status_changed",
    ]
    assert (ticket.category, ticket.version, ticket.message_count) == ("SOLVED", 6, 2)
