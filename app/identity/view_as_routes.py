"""Looking with another person's eyes, over HTTP: for administrators at a browser."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from app.identity import view_as
from app.people.setup import known
from app.rest import PREFIX
from app.rest.ask import Leaving, Route, Writing
from app.rest.fields import Whole
from app.rest.problem import responses

router = APIRouter(prefix=f"{PREFIX}/session/view-as", tags=["session"], route_class=Route)


class View(BaseModel):
    """Whose eyes are wanted, and for how long."""

    model_config = ConfigDict(extra="forbid")

    person_id: UUID
    minutes: Annotated[int, Field(ge=1, le=view_as.LONGEST_MINUTES), Whole] = view_as.USUAL_MINUTES


class ViewAnswer(BaseModel):
    """From the next request on this browser sees what that person sees."""

    person_id: UUID
    name: str
    until: datetime


@router.post("", status_code=201, responses=responses(401, 403, 404, 409, 422, 503))
def view_as_person(ask: Writing, body: View) -> ViewAnswer:
    """See everything exactly as another person does: read-only, for a while, and noted in the audit.

    For administrators who signed in with a password; not through the eyes of another administrator.
    """
    view_as.must_be_at_a_browser(ask.actor, ask.visitor.session_hash)
    person = known(ask.session, body.person_id)
    until = view_as.start(ask.session, ask.actor, ask.visitor.session_hash, person, body.minutes)
    ask.forget_visitors()
    return ViewAnswer(person_id=person.id, name=person.name, until=until)


@router.delete("", status_code=204, responses=responses(401, 403, 422, 503))
def leave_view(ask: Leaving) -> None:
    """See with your own eyes again. Whoever does already stays as they are."""
    view_as.leave(ask.session, ask.actor.hand, ask.visitor.session_hash)
    ask.forget_visitors()
