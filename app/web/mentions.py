"""/mentions: where one was called, and what one has seen."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from app.audience import demand_staff
from app.mentions.mine import mark_seen, mentions_of
from app.rest.page import page_of
from app.web.face import Face
from app.web.pages import demand_actor, done
from app.web.uploads import texts
from core.actor import Actor
from core.errors import Invalid

PAGE = 50


def routes(face: Face) -> APIRouter:
    """The list, and its one form."""
    router = APIRouter(include_in_schema=False)

    @router.get("/mentions")
    def page(request: Request, after: str | None = None) -> Response:
        actor = demand_actor(request)
        demand_staff(actor)
        with face.database.reading() as session:
            found = mentions_of(session, actor, limit=PAGE, after=after)
            rows, more = page_of(
                found, PAGE, lambda one: one, lambda one: (one.mention.mentioned_at, one.mention.message_id)
            )
        return face.pages.page(request, "mentions.html", here="mentions", rows=rows, more=more)

    @router.post("/mentions/seen")
    async def seen(request: Request) -> Response:
        typed = texts(await request.form(max_fields=10, max_files=0))
        return await run_in_threadpool(_see, face, demand_actor(request), typed.get("message", ""))

    return router


def _see(face: Face, actor: Actor, message: str) -> Response:
    demand_staff(actor)
    try:
        ids = [UUID(message)] if message else None
    except ValueError:
        raise Invalid("This form was not filled in by our page; open the list again.") from None
    with face.database.transaction() as session:
        mark_seen(session, actor, ids)
    return done("/mentions", "Marked as seen.")
