"""The small form in the frame with which somebody says whether they are there."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from app.presence.show import show
from app.web.face import Face
from app.web.pages import demand_actor, done
from app.web.theme import came_from
from core.events import Presence

WORDS = {"online": "You are online.", "away": "You are away.", "offline": "You are offline."}


def routes(face: Face) -> APIRouter:
    """`POST /presence`."""
    router = APIRouter(include_in_schema=False)

    @router.post("/presence")
    def say(request: Request, presence: Annotated[Presence, Form()]) -> Response:
        with face.database.transaction() as session:
            show(session, demand_actor(request), presence, source="web")
        return done(came_from(request), WORDS[presence])

    return router
