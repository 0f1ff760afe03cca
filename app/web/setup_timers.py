"""/setup/timers: what failed for good and waits for somebody: timers, and events that a follower cannot read."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from sqlalchemy.orm import Session
from sqlmodel import col

from app import policy
from app.tickets.ticket import Ticket
from app.timers.aside import dismiss, retry, set_aside
from app.web.face import Face
from app.web.health import NAMES
from app.web.pages import demand_actor, done
from core.errors import Invalid

KINDS = {"ticket.state": "Take a ticket on when its time is up", "reply.send": "Send a reply at its time"}
"""What timers do, in words; others are told by their kind."""

UNREADABLE = sa.text("""
    select follower, position, ticket_id, reason, set_aside_at
    from event_set_aside
    order by follower, position
    limit 100
""")
MOST_FIELDS = 600


def routes(face: Face) -> APIRouter:
    """The page and its one form."""
    router = APIRouter(include_in_schema=False)

    @router.get("/setup/timers")
    def page(request: Request) -> Response:
        policy.demand_admin(demand_actor(request), reading=True)
        with face.database.reading() as session:
            timers = set_aside(session)
            events = list(session.execute(UNREADABLE))
            numbers = _numbers(session, [*timers, *events])
            return face.pages.page(
                request, "setup_timers.html", here="setup", timers=timers, events=events, numbers=numbers, kinds=KINDS,
                followers=NAMES,
            )  # fmt: skip

    @router.post("/setup/timers")
    async def act(request: Request) -> Response:
        policy.demand_admin(demand_actor(request))
        form = await request.form(max_fields=MOST_FIELDS, max_files=0)
        return await run_in_threadpool(_act, face, request, str(form.get("do")), form.getlist("timer"))

    return router


def _act(face: Face, request: Request, do: str, chosen: list[Any]) -> Response:
    """Run again, or dismiss, what was ticked: all of it or nothing."""
    deed = {"retry": retry, "dismiss": dismiss}.get(do)
    if deed is None or not chosen:
        raise Invalid("Tick at least one timer, then choose what to do.")
    try:
        ids = sorted({UUID(str(one)) for one in chosen})
    except ValueError:
        raise Invalid("This form was not filled in by our page; open it again.") from None
    with face.database.transaction() as session:
        for timer_id in ids:
            deed(session, demand_actor(request), timer_id, source="web")
    words = "run again" if do == "retry" else "dismissed"
    return done("/setup/timers", f"{len(ids)} timer{'' if len(ids) == 1 else 's'} {words}.")


def _numbers(session: Session, rows: list[Any]) -> dict[UUID, int]:
    ids = {row.ticket_id for row in rows if row.ticket_id}
    found = session.execute(sa.select(col(Ticket.id), col(Ticket.number)).where(col(Ticket.id).in_(ids)))
    return {row.id: row.number for row in found}
