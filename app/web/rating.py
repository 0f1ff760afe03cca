"""The form with which whoever asked rates the solution."""

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import ValidationError

from app.ratings.rate import BESIDE, RatingWish, rate
from app.web.face import Face
from app.web.pages import demand_actor, done
from app.web.ticket_forms import words_of
from app.web.ticket_page import find
from app.web.uploads import texts
from core.actor import Actor
from core.errors import Invalid


def routes(face: Face) -> APIRouter:
    """`POST /tickets/{number}/rating`."""
    router = APIRouter(include_in_schema=False)

    @router.post("/tickets/{number}/rating")
    async def submit(request: Request, number: int) -> Response:
        typed = texts(await request.form(max_fields=10, max_files=0))
        return await run_in_threadpool(_rate, face, demand_actor(request), number, typed)

    return router


def _rate(face: Face, actor: Actor, number: int, typed: dict[str, str]) -> Response:
    try:
        beside = {name: int(typed[name]) for name in BESIDE if typed.get(name)}
        wish = RatingWish(score=int(typed.get("score", "0")), comment=typed.get("comment", "").strip(), **beside)
    except ValidationError as error:
        raise Invalid(words_of(error)) from error
    except ValueError as error:
        raise Invalid("This form was not filled in by our page; open the ticket again.") from error
    with face.database.transaction() as session:
        rate(session, actor, find(session, actor, number).id, wish, source="web")
    return done(f"/tickets/{number}", "Thank you for telling us.")
