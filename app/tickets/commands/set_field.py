"""Set field: give a ticket's custom fields values, one or several at once."""

from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from app.fields.change import MOST_FIELDS, OTHERS_REFUSED, Value, Values, changes, people_in
from app.fields.definition import Key
from app.fields.masks import rights_for
from app.tickets.circumstances import about
from app.tickets.command import Command, Now, decide, effect
from app.tickets.states import must_not_be_gone
from app.tickets.ticket import Ticket
from core.events import Event, FieldChanged


class SetField(Command):
    """Give a ticket's custom field a value; null or nothing empties it."""

    right: ClassVar[str] = "note"

    field: Key
    value: Value | None = Field(description="The new value, in JSON or as text; null for none.", examples=["printer"])

    def needs(self, ticket: Ticket, now: Now) -> list[tuple[str, UUID]]:
        """And what the fields themselves take."""
        return [(self.right, ticket.queue_id), *rights_for(now.house.fields, [self.field], now.actor, ticket.queue_id)]

    def people(self, ticket: Ticket) -> set[UUID]:
        """A value may name a person."""
        return people_in({self.field: self.value})


class SetFields(Command):
    """Give several of a ticket's custom fields values at once: all of them or none."""

    right: ClassVar[str] = "note"

    fields: Annotated[
        dict[Key, Value | None], Field(min_length=1, max_length=MOST_FIELDS, json_schema_extra=OTHERS_REFUSED)
    ] = Field(
        description="New values by the fields' keys; null for none.", examples=[{"product": "printer", "pages": 12}]
    )

    def needs(self, ticket: Ticket, now: Now) -> list[tuple[str, UUID]]:
        """And what the fields themselves take."""
        return [(self.right, ticket.queue_id), *rights_for(now.house.fields, self.fields, now.actor, ticket.queue_id)]

    def people(self, ticket: Ticket) -> set[UUID]:
        """Values may name people."""
        return people_in(self.fields)


@decide.register
def set_field(do: SetField, ticket: Ticket, now: Now) -> list[Event]:
    """Custom values are enums and keys, not letters: they stand in the event and count in the numbers."""
    return _set({do.field: do.value}, ticket, now)


@decide.register
def set_fields(do: SetFields, ticket: Ticket, now: Now) -> list[Event]:
    """One event for each field that changes."""
    return _set(do.fields, ticket, now)


def _set(values: Values, ticket: Ticket, now: Now) -> list[Event]:
    must_not_be_gone(ticket)
    return [*changes(values, about(ticket, now), now)]


@effect.register
def field_changed(event: FieldChanged, ticket: Ticket, occurred_at: datetime) -> None:
    """A field without a value is not kept."""
    others = {key: value for key, value in ticket.custom.items() if key != event.field}
    ticket.custom = others if event.value is None else {**others, event.field: event.value}
