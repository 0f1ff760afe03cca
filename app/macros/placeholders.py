"""Placeholders: `{{customer.name}}` becomes a name, and nothing else happens. No logic, no loops, nothing is executed.

What may stand there is the list below. An unknown one is refused when a text is saved; a value that a ticket does not
have is shown as such in a form, and refused where nobody would look before it is sent.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.people.address import address_for
from app.people.person import Organisation, Person
from app.queues.house import House, house_of
from app.tickets.ticket import Ticket
from core import clock
from core.actor import Actor
from core.errors import Invalid

SHAPE = re.compile(r"\{\{([^{}]*)\}\}")


class UnknownPlaceholder(Invalid):
    """A text asks for something that does not exist."""

    code = "unknown_placeholder"


@dataclass(frozen=True, slots=True)
class Known:
    """What placeholders may look at."""

    ticket: Ticket
    customer: Person | None
    organisation: Organisation | None
    agent: Actor
    house: House


def _address(known: Known) -> str | None:
    return address_for(known.agent, known.customer) if known.customer else None


PLACEHOLDERS: Mapping[str, tuple[str, Callable[[Known], str | None]]] = {
    "ticket.number": ("The ticket's number", lambda known: str(known.ticket.number)),
    "ticket.title": ("Its subject", lambda known: known.ticket.title),
    "ticket.queue": ("Its queue", lambda known: known.house.queues[known.ticket.queue_id].name),
    "ticket.state": ("Its state", lambda known: known.house.states[known.ticket.state_id].name),
    "customer.name": ("The requester's name", lambda known: known.customer.name if known.customer else None),
    "customer.first_name": (
        "Their first name",
        lambda known: known.customer.name.split()[0] if known.customer else None,
    ),
    "customer.email": ("Their address", _address),
    "organisation.name": ("Their organisation", lambda known: known.organisation.name if known.organisation else None),
    "agent.name": ("Whoever writes", lambda known: known.agent.name),
    "today": (
        "The day, in the writer's time zone",
        lambda known: clock.now().astimezone(ZoneInfo(known.agent.timezone)).date().isoformat(),
    ),
}
"""name → what it is, and how it is found."""


def demand_known(text: str) -> None:
    """Refuse a text with a placeholder that does not exist."""
    for name in SHAPE.findall(text):
        if name.strip() not in PLACEHOLDERS:
            raise UnknownPlaceholder(
                f"There is no placeholder {{{{{name.strip()}}}}}; there are {', '.join(PLACEHOLDERS)}.",
                placeholder=name.strip(),
            )


def filled(session: Session, actor: Actor, ticket: Ticket, text: str, *, must_be_whole: bool = False) -> str:
    """The text for this ticket. What is missing stands as `[no customer.name]`, or is refused."""
    if "{{" not in text:
        return text
    known = Known(
        ticket,
        session.get(Person, ticket.requester_id) if ticket.requester_id else None,
        session.get(Organisation, ticket.organisation_id) if ticket.organisation_id else None,
        actor,
        house_of(session),
    )
    return SHAPE.sub(lambda found: _value(found, known, must_be_whole), text)


def _value(found: re.Match[str], known: Known, must_be_whole: bool) -> str:
    name = found[1].strip()
    value = PLACEHOLDERS[name][1](known) if name in PLACEHOLDERS else None
    if value:
        return value
    if must_be_whole:
        raise Invalid(f"The text needs {name}, which ticket {known.ticket.number} does not have.", placeholder=name)
    return f"[no {name}]"
