"""Signs in the frame of each page: what waits for one's own eyes. One question a page; the stream says when to ask."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy.orm import Session
from sqlmodel import col

from app import policy
from app.alerts.row import AlertNotice
from app.db import Database, Ready
from app.mentions.row import Mention
from app.outgoing.row import ScheduledReply
from app.presence.row import PersonPresence
from app.sla.notice import SlaNotice
from app.tickets.ticket import Ticket
from app.web.face import Face
from app.web.pages import demand_actor
from core.actor import Actor, Scope
from etl.sinks.live import Changed

MOST_COUNTED = 99
MOST_KEPT = 1_000


@dataclass(frozen=True, slots=True)
class Signs:
    """How many: unseen mentions, replies that wait to be sent, of these held back, unseen notices; one's presence."""

    mentions: int = 0
    waiting: int = 0
    held: int = 0
    notices: int = 0
    presence: str | None = None


NO_SIGNS = Signs()
Ask = Callable[[Actor], Signs]


def routes(face: Face) -> APIRouter:
    """`GET /signs`, for the frame's script."""
    router = APIRouter(include_in_schema=False)
    ask = asker(face.database)

    @router.get("/signs")
    def signs(request: Request) -> Response:
        return JSONResponse(asdict(ask(demand_actor(request))), headers={"Cache-Control": "no-store"})

    return router


def asker(database: Database) -> Ask:
    """What asks for somebody's signs; customers have none, and are not asked for."""

    def ask(actor: Actor) -> Signs:
        if not actor.scope.internal:
            return NO_SIGNS
        with database.reading() as session:
            return signs_in(session, actor)

    return ask


def signs_in(session: Session, actor: Actor) -> Signs:
    """Somebody's signs, for a page that asks other things as well."""
    if not actor.scope.internal or actor.person_id is None:
        return NO_SIGNS
    return Signs(*_ready(actor.scope, actor.person_id).rows(session)[0])


def concern(news: Changed, person_id: UUID | None) -> bool:
    """Whether an event changes somebody's signs."""
    match news.kind:
        case "ticket.mentioned":
            return str(person_id) in news.payload["person_ids"]
        case "sla.clock.warned" | "sla.clock.escalated":
            return str(person_id) in news.payload["notified"]
        case "reply.scheduled":
            return news.actor_id == person_id
        case "reply.unscheduled":  # whose words a colleague or a timer held back stands in no event
            return news.actor_id == person_id or news.payload["outcome"] == "held"
    return False


@lru_cache(MOST_KEPT)
def _ready(scope: Scope, person_id: UUID) -> Ready:
    """The question, put into words once for each asker."""
    return Ready.of(_question(scope, person_id))


def _question(scope: Scope, person_id: UUID) -> sa.Select[*tuple[Any, ...]]:
    own = sa.select(sa.func.count()).select_from(ScheduledReply).where(col(ScheduledReply.author_id) == person_id)
    return sa.select(
        _unseen(scope, Mention, person_id),
        own.scalar_subquery(),
        own.where(col(ScheduledReply.held_at).is_not(None)).scalar_subquery(),
        sa.type_coerce(_unseen(scope, SlaNotice, person_id) + _of_alerts(person_id), sa.Integer),
        sa.select(col(PersonPresence.presence)).where(col(PersonPresence.person_id) == person_id).scalar_subquery(),
    )


def _of_alerts(person_id: UUID) -> sa.ScalarSelect[int]:
    """What one's alerts told."""
    told = sa.select(sa.literal(1)).select_from(AlertNotice)
    mine = told.where(col(AlertNotice.person_id) == person_id, col(AlertNotice.seen_at).is_(None))
    return sa.select(sa.func.count()).select_from(mine.limit(MOST_COUNTED + 1).subquery()).scalar_subquery()


def _unseen(scope: Scope, row: type[Mention] | type[SlaNotice], person_id: UUID) -> sa.ScalarSelect[int]:
    """On tickets that one still sees, as the lists have them; counted up to `MOST_COUNTED` + 1."""
    some = (
        sa.select(sa.literal(1))
        .select_from(row)
        .join(Ticket, col(Ticket.id) == col(row.ticket_id))
        .where(col(row.person_id) == person_id, col(row.seen_at).is_(None))
        .where(policy.scope_filter(scope))
        .limit(MOST_COUNTED + 1)
        .subquery()
    )
    return sa.select(sa.func.count()).select_from(some).scalar_subquery()
