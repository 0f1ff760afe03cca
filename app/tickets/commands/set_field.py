"""Set field: give a ticket's custom field a value."""

from datetime import datetime
from typing import Annotated, ClassVar

from pydantic import Field

from app.rest.fields import STORABLE, Storable
from app.tickets.command import Command, Now, decide, effect
from app.tickets.refusals import TooManyFields
from app.tickets.states import must_not_be_gone
from app.tickets.ticket import Ticket
from core.events import Event, FieldChanged

MOST_FIELDS = 100


class SetField(Command):
    """Give a ticket's custom field a value; null empties it."""

    right: ClassVar[str] = "note"

    field: str = Field(pattern=r"^[a-z][a-z0-9_]{0,62}$", description="The field's key.", examples=["product"])
    value: Annotated[str, Field(max_length=1000, json_schema_extra=STORABLE), Storable] | None = Field(
        description="The new value; null for none."
    )


@decide.register
def set_field(do: SetField, ticket: Ticket, now: Now) -> list[Event]:
    """Custom values are enums and keys, not letters: they stand in the event and count in the numbers."""
    must_not_be_gone(ticket)
    before = ticket.custom.get(do.field)
    if before == do.value:
        return []
    if before is None and len(ticket.custom) >= MOST_FIELDS:
        raise TooManyFields(MOST_FIELDS)
    return [FieldChanged(field=do.field, value=do.value, before=before)]


@effect.register
def field_changed(event: FieldChanged, ticket: Ticket, occurred_at: datetime) -> None:
    """A field without a value is not kept."""
    others = {key: value for key, value in ticket.custom.items() if key != event.field}
    ticket.custom = others if event.value is None else {**others, event.field: event.value}
