"""Whether a queue allows a ticket's going from one state to another (app/queues/transitions.py)."""

from app import policy
from app.queues.house import House, State
from app.queues.transitions import Transition
from app.tickets.command import Now
from app.tickets.refusals import FieldsAreMissing, MustBeConfirmed, NoSuchWay
from app.tickets.ticket import Ticket
from core.errors import NotAllowed
from core.events import Category


def must_be_a_way(before: State, after: State, ticket: Ticket, now: Now) -> None:
    """Refuse what the queue does not allow, and say what it allows instead."""
    place = now.house.queues.get(ticket.queue_id)
    if place is None or not place.transitions:
        return
    way = way_between(place.transitions, before, after)
    if way is None:
        raise NoSuchWay(place.name, before.name, after.name, reachable(now.house, ticket))
    if way.right and not policy.can(now.actor, way.right, ticket.queue_id, ticket):
        raise NotAllowed(f"Here this takes the right {way.right!r} in the queue as well.", right=way.right)
    if missing := [field for field in way.required_fields if not _has(ticket, field)]:
        raise FieldsAreMissing(after.name, missing)
    if way.confirmation and not now.is_confirmed:
        raise MustBeConfirmed(way.confirmation)


def reachable(house: House, ticket: Ticket) -> list[str]:
    """The names of the states that the ticket's queue allows next, in the order of lists."""
    here = house.states[ticket.state_id]
    return [state.name for state in house.states.values() if state.is_active and is_a_way(house, ticket, here, state)]


def is_a_way(house: House, ticket: Ticket, before: State, after: State) -> bool:
    """Whether the queue allows this at all, to whomever. Merging is no state that one goes to."""
    place = house.queues.get(ticket.queue_id)
    if before.id == after.id or after.category == Category.MERGED:
        return False
    return place is None or not place.transitions or way_between(place.transitions, before, after) is not None


def way_between(ways: tuple[Transition, ...], before: State, after: State) -> Transition | None:
    """The rule that allows it: the one that names both ends most exactly."""
    fitting = [way for way in ways if way.leads(before.id, before.category, after.id, after.category)]
    return max(fitting, key=lambda way: way.weight, default=None)


def _has(ticket: Ticket, field: str) -> bool:
    return ticket.agent_id is not None if field == "agent" else bool(ticket.custom.get(field))
