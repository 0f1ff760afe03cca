"""The ways from state to state that a queue allows. A queue that names none allows all.

Only what people choose is held against them: what a customer's reply, a timer or a merge does is a consequence.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.rest.fields import SPOKEN, Spoken
from core.events import Category, TransitionRule

MOST_RULES = 200
FieldKey = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]


class Transition(BaseModel):
    """One way that is allowed. Without `from…` it begins anywhere; it ends at one state or at any of a category."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    from_category: Category | None = Field(None, description="Begins in any state that means this.")
    from_state_id: UUID | None = Field(None, description="Begins in this state only.")
    to_category: Category | None = Field(None, description="Leads to any state that means this.")
    to_state_id: UUID | None = Field(None, description="Leads to this state only.")
    right: str | None = Field(None, description="A right that it takes on top of the usual ones.", max_length=20)
    required_fields: list[FieldKey] = Field(
        default=[], max_length=20, description="Custom fields that must have a value; `agent`: somebody is responsible."
    )
    confirmation: Annotated[str, Field(max_length=300, json_schema_extra=SPOKEN), Spoken] | None = Field(
        None, description="What whoever goes this way has to confirm."
    )

    @property
    def wrong(self) -> str:
        """What is wrong with its ends, if anything is."""
        if (self.to_category is None) == (self.to_state_id is None):
            return "A way leads to a state or to a category: give to_state_id or to_category, not both."
        if self.from_category and self.from_state_id:
            return "A way begins in a state or in a category: give from_state_id or from_category, not both."
        return ""

    def leads(self, from_state_id: UUID, from_category: Category, to_state_id: UUID, to_category: Category) -> bool:
        """Whether this is the way from there to there."""
        begins = self.from_state_id in (None, from_state_id) and self.from_category in (None, from_category)
        return begins and (self.to_state_id == to_state_id or self.to_category == to_category)

    @property
    def weight(self) -> tuple[bool, bool, bool]:
        """The more exactly a rule names both ends, the more it counts."""
        return (self.to_state_id is not None, self.from_state_id is not None, self.from_category is not None)

    def told(self) -> TransitionRule:
        """As the event keeps it: without the sentence, which is somebody's prose."""
        return TransitionRule(**self.model_dump(exclude={"confirmation"}), must_confirm=bool(self.confirmation))


def transitions_from(kept: Iterable[Mapping[str, Any]]) -> tuple[Transition, ...]:
    """The rules of a queue as its row keeps them."""
    return tuple(Transition.model_validate(rule) for rule in kept)
