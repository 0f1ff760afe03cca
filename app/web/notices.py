"""/notices: warnings and escalations of clocks that one was told of, and what one's alerts tell."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from app.alerts.notices import put_away, unseen
from app.audience import demand_staff
from app.rest.page import page_of
from app.sla.notice import Told, mark_seen, notices_of
from app.sla.remaining import name_of
from app.web.face import Face
from app.web.pages import demand_actor, done
from app.web.uploads import texts
from core.actor import Actor
from core.errors import Invalid

PAGE = 50


def routes(face: Face) -> APIRouter:
    """The list, and its form."""
    router = APIRouter(include_in_schema=False)

    @router.get("/notices")
    def page(request: Request, after: str | None = None) -> Response:
        actor = demand_actor(request)
        demand_staff(actor)
        with face.database.reading() as session:
            found = notices_of(session, actor, limit=PAGE, after=after)
            of_alerts = unseen(session, actor) if after is None else []
            rows, more = page_of(found, PAGE, lambda one: one, lambda one: (one.notice.created_at, one.notice.id))
        return face.pages.page(
            request, "notices.html", here="notices", rows=[(one, words_of(one)) for one in rows], more=more,
            has_unseen=bool(of_alerts) or any(one.notice.seen_at is None for one in rows), of_alerts=of_alerts,
        )  # fmt: skip

    @router.post("/notices/seen")
    async def seen(request: Request) -> Response:
        typed = texts(await request.form(max_fields=10, max_files=0))
        return await run_in_threadpool(_see, face, demand_actor(request), typed)

    return router


def words_of(told: Told) -> str:
    """What happened, in a few words."""
    target = name_of(told.notice.target)
    if told.notice.what == "warned":
        return f"{target[:1].upper()}{target[1:]} is due soon"
    again = f", level {told.notice.level}" if told.notice.level > 1 else ""
    return f"{target[:1].upper()}{target[1:]} is overdue{again}"


def _see(face: Face, actor: Actor, typed: dict[str, str]) -> Response:
    demand_staff(actor)
    try:
        ids = [UUID(typed["notice"])] if typed.get("notice") else None
    except ValueError:
        raise Invalid("This form was not filled in by our page; open the list again.") from None
    with face.database.transaction() as session:
        mark_seen(session, actor, ids)
        put_away(session, actor, ids)
    return done("/notices", "Marked as seen.")
