"""What a custom field is: its type, its limits, where it is asked for and when it must be filled in."""

from collections.abc import Mapping
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from app.queues.right import Right
from app.rest.fields import SPACES, SPOKEN, STORABLE, Spoken, Storable, Whole

MOST_CHARS = 1_000
"""A value is at most so long, as text."""
MOST_CHOICES = 200

Type = Literal[
    "text", "number", "decimal", "boolean", "date", "datetime", "choice", "multi_choice", "url", "person"
]  # fmt: skip
Moment = Literal["create", "solve", "close"]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$", description="The field's key.", examples=["product"])]
Label = Annotated[str, Field(min_length=1, max_length=100, json_schema_extra=SPOKEN), Spoken]
ChoiceValue = Annotated[
    str, Field(min_length=1, max_length=100, pattern=rf"^[^{SPACES},|]([^,|\r\n\x00]*[^{SPACES},|])?$")
]


class Part(BaseModel):
    """A value that never changes and takes nothing that it does not name."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Choice(Part):
    """One of the values that a field can have. A retired one stays on the tickets that carry it."""

    value: ChoiceValue = Field(description="What tickets carry.", examples=["printer"])
    label: Label | None = Field(None, description="What people read; null: the value.")
    is_active: StrictBool = True

    @property
    def words(self) -> str:
        """What people read."""
        return self.label or self.value


class Condition(Part):
    """The field is asked for only where another field, or the priority, has one of these values."""

    on: Literal["field", "priority"] = "field"
    field: Key | None = Field(None, description="The other field's key, for conditions on a field.")
    values: Annotated[tuple[ChoiceValue, ...], Field(min_length=1, max_length=MOST_CHOICES)] = Field(
        description="Any of these, as text: `true`, `printer`, `3`.", examples=[["printer"]]
    )


class Shape(Part):
    """A field as it is set up, its key aside."""

    label: Label = Field(description="What people read.", examples=["Product"])
    help: Annotated[str, Field(max_length=300, json_schema_extra=STORABLE), Storable] = Field(
        "", description="A sentence under the field."
    )
    type: Type = Field(description="What values it takes. It stays as it is: set up a new field for another type.")
    choices: tuple[Choice, ...] = Field((), max_length=MOST_CHOICES, description="For choice and multi_choice.")
    pattern: Annotated[str, Field(min_length=1, max_length=200, json_schema_extra=STORABLE), Storable] | None = Field(
        None, description="For text: a regular expression that the whole value matches (no look-around)."
    )
    max_chars: Annotated[int, Field(ge=1, le=MOST_CHARS), Whole] | None = Field(None, description="For text.")
    least: Annotated[str, Field(max_length=40, json_schema_extra=STORABLE), Storable] | None = Field(
        None, description="The smallest number, or the first day or instant.", examples=["0"]
    )
    most: Annotated[str, Field(max_length=40, json_schema_extra=STORABLE), Storable] | None = Field(
        None, description="The greatest number, or the last day or instant."
    )
    required_on: tuple[Moment, ...] = Field((), max_length=3, description="When it must be filled in.")
    when: tuple[Condition, ...] = Field((), max_length=10, description="All of these must hold for it to be asked for.")
    queue_ids: tuple[UUID, ...] = Field((), max_length=200, description="The queues where it is asked for, and those"
                                        " below them; none: everywhere.")  # fmt: skip
    audience: Literal["staff", "customers"] = Field("staff", description="customers: they see and fill it in, too.")
    see: Right | None = Field(
        None, description="The right that colleagues hold in the ticket's queue to see it; null: to see the ticket."
    )
    change: Right | None = Field(None, description="The right that they hold there to change it; null: the usual one.")
    sort: Annotated[int, Field(ge=0, le=10_000), Whole] = Field(0, description="Its place among the fields.")
    is_active: StrictBool = Field(True, description="false: retired. It is asked for no more; values stay.")


class Definition(Shape):
    """A field as rules see it."""

    key: Key
    version: int = 1

    def words(self, value: str) -> str:
        """A canonical value as people read it."""
        if self.type == "boolean":
            return {"true": "Yes", "false": "No"}.get(value, value)
        labels = {choice.value: choice.words for choice in self.choices}
        if self.type == "multi_choice":
            return ", ".join(labels.get(part, part) for part in value.split(","))
        return labels.get(value, value)


Definitions = Mapping[str, Definition]
