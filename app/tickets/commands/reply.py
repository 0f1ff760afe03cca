"""Reply: answer the customer, or, as the customer, write again."""

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from app.queues.house import State
from app.tickets.command import Confirmable, Now, WithBody, decide
from app.tickets.origin import origin
from app.tickets.refusals import TicketIsClosed
from app.tickets.states import GONE, go_to, must_not_be_gone
from app.tickets.talk import is_agent_reply, said, with_files
from app.tickets.ticket import Ticket
from core.actor import ActorKind
from core.errors import Conflict, NotAllowed
from core.events import Category, Event, StatusChanged

Channel = Literal["email", "web", "chat", "phone", "social", "api"]


class Reply(WithBody, Confirmable):
    """Say something that the customer reads.

    An agent's first reply takes a new ticket to open; with `state_id` the ticket goes to that state instead, such as
    one that waits for the customer. A customer's reply opens a ticket that was pending, on hold, solved or closed.
    """

    right: ClassVar[str] = "reply"

    channel: Channel | None = Field(None, description="The way it came or goes; null: as the ticket came.")
    state_id: UUID | None = Field(None, description="The state that the ticket gets with this reply (agents only).")
    canned_reply_id: UUID | None = Field(
        None, description="The canned reply that it was begun with (agents only); one that is not yours counts as none."
    )

    def needs(self, ticket: Ticket, now: Now) -> list[tuple[str, UUID]]:
        """Solving along with the reply takes the right to solve."""
        ends = self.state_id is not None and not now.house.state(self.state_id).category.is_unsolved
        return [("reply", ticket.queue_id), *([("close", ticket.queue_id)] if ends else [])]


@decide.register
def reply(do: Reply, ticket: Ticket, now: Now) -> list[Event]:
    """The message, then what it does to the state. Robots' messages leave the state alone."""
    must_not_be_gone(ticket)
    message = said(do.body, now, channel=do.channel or ticket.channel, is_auto=do.is_auto)
    if is_agent_reply(message):
        message = message.model_copy(update=origin(do.body, now))
    spoken = with_files(do, message, now)
    if now.actor.kind is ActorKind.END_USER:
        return [*spoken, *_reopened_by_customer(do, ticket, now)]
    if ticket.category == Category.CLOSED:
        raise TicketIsClosed(ticket.number)
    if do.state_id:
        return [*spoken, *go_to(_chosen(do.state_id, now), ticket, now)]
    if ticket.category == Category.NEW and now.actor.kind is ActorKind.AGENT and not do.is_auto:
        return [*spoken, *go_to(now.house.state_for(Category.OPEN), ticket, now, "agent_reply")]
    return spoken


def _chosen(state_id: UUID, now: Now) -> State:
    state = now.house.state(state_id)
    if state.category in GONE:
        raise Conflict("A reply cannot delete a ticket, merge it or mark it as spam; leave state_id out.")
    return state


def _reopened_by_customer(do: Reply, ticket: Ticket, now: Now) -> list[StatusChanged]:
    if do.state_id:
        raise NotAllowed("Customers cannot choose a ticket's state; leave state_id out.")
    if ticket.category in (Category.NEW, Category.OPEN) or do.is_auto:
        return []
    return go_to(now.house.reopened_from(ticket.state_id), ticket, now, "customer_reply")
