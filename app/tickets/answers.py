"""What is told of tickets, messages and events: never the rows themselves."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, Field, RootModel

from app.fields.masks import unmasked
from app.fields.values import Typed, typed
from app.files.answers import FileAnswer
from app.files.seeing import Seen
from app.queues.house import House
from app.tickets.ticket import Message, Ticket
from core.actor import Scope
from core.events import Category
from core.ledger import Envelope


class TicketAnswer(BaseModel):
    """A ticket as it stands. `version` is also its ETag. Some of it is for colleagues only."""

    id: UUID
    number: int = Field(description="What people call it.", examples=[1001])
    title: str
    queue_id: UUID
    state_id: UUID
    state: str = Field(examples=["open"])
    category: Category
    priority: int = Field(description="1 low, 2 normal, 3 high, 4 urgent.", examples=[2])
    agent_id: UUID | None
    requester_id: UUID | None
    organisation_id: UUID | None
    channel: str = Field(examples=["email"])
    language: str | None
    tags: list[str]
    custom: dict[str, str] = Field(description="Custom fields as events keep them: text.")
    fields: dict[str, Typed] = Field(description="The fields that you may see, typed as they are set up.")
    external_ref: str | None
    message_count: int | None
    creator_id: UUID | None = Field(description="Who opened it (colleagues only).")
    involved_ids: list[UUID] = Field(description="Who of the house ever wrote on it or owned it (colleagues only).")
    watcher_ids: list[UUID] = Field(description="Who follows it (colleagues only).")
    version: int
    created_at: datetime
    updated_at: datetime
    first_replied_at: datetime | None
    solved_at: datetime | None = Field(description="Since when it stands solved; null: it does not.")
    closed_at: datetime | None
    merged_into_id: UUID | None = Field(description="The ticket that shows its thread (colleagues only).")
    wakes_at: datetime | None = Field(description="When it goes on by itself, if somebody said when.")
    due_at: datetime | None = Field(description="The earliest due time of its SLA clocks (colleagues only).")
    awaiting_reply_since: datetime | None = Field(description="The oldest customer's message that nobody answered.")

    @classmethod
    def of(cls, ticket: Ticket, house: House, scope: Scope) -> Self:
        """What somebody with this scope is told of a ticket."""
        inside = scope.internal
        return cls(
            id=ticket.id,
            number=ticket.number,
            title=ticket.title,
            queue_id=ticket.queue_id,
            state_id=ticket.state_id,
            state=house.states[ticket.state_id].name,
            category=Category(ticket.category),
            priority=ticket.priority,
            agent_id=ticket.agent_id,
            requester_id=ticket.requester_id,
            organisation_id=ticket.organisation_id,
            channel=ticket.channel,
            language=ticket.language,
            tags=ticket.tags if inside else [],
            custom=unmasked(scope, ticket.queue_id, ticket.custom) if inside else {},
            fields=_fields(ticket, house, scope),
            external_ref=ticket.external_ref if inside else None,
            message_count=ticket.message_count if inside else None,
            creator_id=ticket.creator_id if inside else None,
            involved_ids=ticket.involved_ids if inside else [],
            watcher_ids=ticket.watcher_ids if inside else [],
            version=ticket.version,
            created_at=ticket.created_at,
            updated_at=ticket.updated_at,
            first_replied_at=ticket.first_replied_at,
            solved_at=ticket.solved_at,
            closed_at=ticket.closed_at,
            merged_into_id=ticket.merged_into_id if inside else None,
            wakes_at=ticket.wakes_at if inside else None,
            due_at=ticket.due_at if inside else None,
            awaiting_reply_since=ticket.awaiting_reply_since,
        )


class TicketPart(RootModel[dict[str, Any]]):
    """The fields of a ticket that were asked for, as in the whole answer."""

    @classmethod
    def of(cls, whole: TicketAnswer, mask: frozenset[str]) -> Self:
        """Some of what is told of a ticket."""
        return cls(whole.model_dump(mode="json", include=set(mask)))


_field = "|".join(TicketAnswer.model_fields)
Fields = Annotated[
    str,
    Field(
        max_length=500,
        pattern=rf"^(({_field})(,({_field}))*)?$",
        description="Only these fields of each ticket, between commas.",
        examples=["number,title,state"],
    ),
]


def _fields(ticket: Ticket, house: House, scope: Scope) -> dict[str, Typed]:
    """Customers see the fields that are set up for them, colleagues those for which they hold the right."""
    known = house.fields
    return {
        key: typed(known.get(key), value)
        for key, value in unmasked(scope, ticket.queue_id, ticket.custom).items()
        if scope.internal or (key in known and known[key].audience == "customers")
    }


class MessageAnswer(BaseModel):
    """What somebody wrote."""

    id: UUID
    direction: str = Field(description="in: to us. out: from us.", examples=["in"])
    visibility: str = Field(
        description="public; internal: for colleagues; restricted: for few of them.", examples=["public"]
    )
    author_id: UUID | None
    author_kind: str = Field(examples=["end_user"])
    channel: str
    is_first: bool
    is_auto: bool
    body: str
    attachments: list[FileAnswer]
    created_at: datetime

    @classmethod
    def of(cls, message: Message, files: Sequence[Seen] = ()) -> Self:
        """What is told of a message and the files that came with it."""
        attachments = [FileAnswer.of(*file) for file in files]
        return cls(**message.model_dump(exclude={"ticket_id"}), attachments=attachments)


class EventAnswer(BaseModel):
    """Something that happened to a ticket; docs/reference/events.md explains each kind's payload."""

    id: UUID
    kind: str = Field(examples=["ticket.assigned"])
    ticket_version: int
    occurred_at: datetime
    recorded_at: datetime
    actor_id: UUID | None
    actor_kind: str
    actor_role: str
    source: str
    command_id: UUID | None
    payload: dict[str, Any]

    @classmethod
    def of(cls, envelope: Envelope) -> Self:
        """What is told of an event."""
        return cls(
            id=envelope.event_id,
            kind=envelope.kind,
            ticket_version=envelope.ticket_version or 0,
            occurred_at=envelope.occurred_at,
            recorded_at=envelope.recorded_at,
            actor_id=envelope.actor_id,
            actor_kind=envelope.actor_kind,
            actor_role=envelope.actor_role,
            source=envelope.source,
            command_id=envelope.command_id,
            payload=envelope.payload,
        )
