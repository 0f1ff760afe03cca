"""Forms that give an administrator another person's eyes, and take them away again."""

from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session
from sqlmodel import col

from app.identity import view_as
from app.people.person import Person
from app.web.face import Face
from app.web.pages import demand_actor, done
from app.web.sign_in import HOME, own_address
from core.errors import NotFound


def routes(face: Face) -> APIRouter:
    """`/view-as` and the way out."""
    router = APIRouter(include_in_schema=False)

    @router.post("/view-as")
    def begin(
        request: Request,
        person_id: Annotated[UUID | None, Form()] = None,
        email: Annotated[str, Form(max_length=320)] = "",
        next: Annotated[str, Form(max_length=400)] = HOME,
    ) -> Response:
        actor, this = demand_actor(request), request.scope["state"]["visitor"].session_hash
        view_as.must_be_at_a_browser(actor, this)
        with face.database.transaction() as session:
            person = _wanted(session, person_id, email)
            view_as.start(session, actor, this, person, view_as.USUAL_MINUTES)
        face.doorkeeper.forget_all()
        return done(own_address(next))

    @router.post("/view-as/leave")
    def leave(request: Request) -> Response:
        actor, this = demand_actor(request), request.scope["state"]["visitor"].session_hash
        with face.database.transaction() as session:
            view_as.leave(session, actor.hand, this)
        face.doorkeeper.forget_all()
        return done(HOME, "You see with your own eyes again.")

    return router


def _wanted(session: Session, person_id: UUID | None, email: str) -> Person:
    which = col(Person.id) == person_id if person_id else col(Person.email) == email.strip().lower()
    person = session.execute(sa.select(Person).where(which)).scalar_one_or_none()
    if person is None:
        raise NotFound("There is nobody with this mail address.")
    return person
