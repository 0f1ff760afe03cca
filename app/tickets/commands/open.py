"""Open: a ticket comes into being with its first message."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from app.fields.asked import Circumstances, must_be_filled
from app.fields.change import MOST_FIELDS, OTHERS_REFUSED, Value, changes, people_in
from app.fields.definition import Key
from app.fields.masks import rights_for
from app.queues.house import State
from app.tickets import command
from app.tickets.circumstances import PEOPLE
from app.tickets.command import Now, WithBody, WithTitle, decide, effect, sha256
from app.tickets.commands.assign import must_be_able_to_own
from app.tickets.refusals import NoSuchPerson
from app.tickets.states import GONE, enter
from app.tickets.talk import said, with_files
from app.tickets.ticket import Ticket
from core.actor import ActorKind
from core.errors import Conflict, NotAllowed
from core.events import Category, Event, TicketCreated

Channel = Literal["email", "web", "chat", "phone", "social", "api"]


class Open(WithTitle, WithBody):
    """Open a ticket with its first message. Customers open their own; agents may open one for a customer."""

    right: ClassVar[str] = "create"

    queue_id: UUID = Field(description="The queue that takes the ticket.")
    channel: Channel = Field("web", description="The way it came in.")
    priority: command.Priority = 2
    requester_id: UUID | None = Field(None, description="Whose ticket it is; null: the asker's own, if a customer.")
    agent_id: UUID | None = Field(None, description="Who is responsible from the start (agents only).")
    state_id: UUID | None = Field(None, description="The state to begin with; null: the default new one (agents only).")
    tags: list[command.Tag] = Field(default=[], max_length=50, description="Words to find it by (agents only).")
    language: str | None = Field(
        None, pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,1}$", max_length=16, description="Its language (BCP 47)."
    )
    visibility: Literal["public", "internal"] = Field("public", description="Who reads the first message.")
    external_ref: command.Word | None = Field(None, description="What another system calls it; unique (agents only).")
    fields: Annotated[dict[Key, Value], Field(max_length=MOST_FIELDS, json_schema_extra=OTHERS_REFUSED)] = Field(
        {}, description="Custom fields' values by key.", examples=[{"product": "printer"}]
    )

    def needs(self, ticket: Ticket, now: Now) -> list[tuple[str, UUID]]:
        """The right to create there; the first owner takes the right to assign, unless it is oneself."""
        queue = now.house.queue(self.queue_id).id
        own = "own" if self.agent_id == now.actor.person_id else "assign"
        asked = rights_for(now.house.fields, self.fields, now.actor, queue)
        return [("create", queue), *([(own, queue)] if self.agent_id else []), *asked]

    def people(self, ticket: Ticket) -> set[UUID]:
        """Requester, owner, and whom fields name."""
        return {person for person in (self.requester_id, self.agent_id) if person} | people_in(self.fields)


@decide.register
def open_ticket(do: Open, ticket: Ticket, now: Now) -> list[Event]:
    """The ticket, then its first message."""
    if now.actor.kind is ActorKind.END_USER:
        _must_ask_as_customer(do, now)
    if do.agent_id:
        must_be_able_to_own(do.agent_id, do.queue_id, now)
    requester_id, organisation_id = _requester(do, now)
    state = _first_state(do, now)
    created = TicketCreated(
        number=now.number,
        subject_hash=sha256(do.title),
        queue_id=do.queue_id,
        state_id=state.id,
        state=state.name,
        category=state.category,
        priority=do.priority,
        channel=do.channel,
        agent_id=do.agent_id,
        requester_id=requester_id,
        organisation_id=organisation_id,
        tags=sorted(set(do.tags)),
        language=do.language,
        external_ref=do.external_ref,
        custom=_custom(do, now),
    )
    message = said(do.body, now, visibility=do.visibility, channel=do.channel, is_first=True, is_auto=do.is_auto)
    return [created, *with_files(do, message, now)]


def _must_ask_as_customer(do: Open, now: Now) -> None:
    """What customers cannot say about their own ticket."""
    theirs = do.requester_id in (None, now.actor.person_id) and do.visibility == "public"
    if not theirs or do.agent_id or do.state_id or do.tags or do.external_ref or do.is_auto:
        raise NotAllowed(
            "Customers open tickets for themselves with a subject, a message and a queue; leave the rest out."
        )


def _custom(do: Open, now: Now) -> dict[str, str]:
    """The fields' first values. What is required on opening is required of people, of robots it is not."""
    staff = now.actor.kind is not ActorKind.END_USER
    about = Circumstances(tuple(now.house.line(do.queue_id)), do.priority, {})
    events = changes(do.fields, about, now, staff=staff)
    values = {event.field: event.value for event in events if event.value is not None}
    if now.actor.kind in PEOPLE:
        must_be_filled(now.house.fields, replace(about, values=values), ["create"], staff=staff)
    return values


def _requester(do: Open, now: Now) -> tuple[UUID | None, UUID | None]:
    """Whose ticket it is, and for which organisation: that of the day it is opened."""
    if now.actor.kind is ActorKind.END_USER:
        return now.actor.person_id, now.actor.organisation_id
    if do.requester_id is None:
        return None, None
    requester = now.people.get(do.requester_id)
    if requester is None or not requester.is_active:
        raise NoSuchPerson
    return requester.id, requester.organisation_id


def _first_state(do: Open, now: Now) -> State:
    state = now.house.state(do.state_id) if do.state_id else now.house.state_for(Category.NEW)
    if state.category in GONE:
        raise Conflict("A ticket cannot begin merged, deleted or as spam; choose another state.")
    return state


@effect.register
def ticket_created(event: TicketCreated, ticket: Ticket, occurred_at: datetime) -> None:
    """The row begins."""
    ticket.number = event.number
    ticket.queue_id = event.queue_id
    ticket.state_id = event.state_id
    ticket.priority = event.priority
    ticket.agent_id = event.agent_id
    ticket.requester_id = event.requester_id
    ticket.organisation_id = event.organisation_id
    ticket.channel = event.channel
    ticket.language = event.language
    ticket.tags = list(event.tags)
    ticket.custom = dict(event.custom)
    ticket.external_ref = event.external_ref
    ticket.history_complete = event.history_complete
    ticket.created_at = occurred_at
    enter(ticket, event.category, occurred_at)
