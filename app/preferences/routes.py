"""One's own preferences over HTTP."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from app.audience import demand_staff
from app.outgoing.schedule import LONGEST_DELAY_SECONDS
from app.preferences.choose import choose, chosen, undo_send_seconds
from app.rest import PREFIX
from app.rest.ask import Ask, Reading, Route, Writing
from app.rest.fields import Whole
from app.rest.problem import responses

router = APIRouter(
    prefix=f"{PREFIX}/preferences", tags=["people"], route_class=Route, responses=responses(401, 403, 422, 503)
)


class PreferencesWish(BaseModel):
    """What you choose for yourself."""

    model_config = ConfigDict(extra="forbid")

    undo_send_seconds: Annotated[int, Field(ge=0, le=LONGEST_DELAY_SECONDS), Whole] | None = Field(
        description="So long your replies from the pages wait, to be taken back; null: as the house does."
    )


class PreferencesAnswer(BaseModel):
    """What you chose, and what holds."""

    undo_send_seconds: int | None = Field(description="Your choice; null: as the house does.")
    effective_undo_send_seconds: int


@router.get("")
def read_preferences(ask: Reading) -> PreferencesAnswer:
    """Your own preferences."""
    demand_staff(ask.actor)
    return _answer(ask)


@router.put("")
def choose_preferences(ask: Writing, body: PreferencesWish) -> PreferencesAnswer:
    """Choose for yourself."""
    choose(ask.session, ask.actor, body.undo_send_seconds)
    return _answer(ask)


def _answer(ask: Ask) -> PreferencesAnswer:
    return PreferencesAnswer(
        undo_send_seconds=chosen(ask.session, ask.actor.person_id),
        effective_undo_send_seconds=undo_send_seconds(ask.session, ask.desk.settings, ask.actor),
    )
