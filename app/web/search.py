"""GET /search: what was found, with the words that matched marked, and never more than the reader may see."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from app.filters.looked_up import finder
from app.filters.names import queues_by_name
from app.queues.house import House, house_of
from app.web.face import Face
from app.web.pages import demand_actor, grouped
from app.web.times import zone
from core.actor import Actor
from search.hit import Hit
from search.index import DEEPEST, SearchResult
from search.query import SearchQuery, parse

SIZE = 20


def routes(face: Face) -> APIRouter:
    """The page. A number alone opens its ticket."""
    router = APIRouter(include_in_schema=False)

    @router.get("/search")
    def search_page(
        request: Request,
        q: Annotated[str, Query(max_length=1_000)] = "",
        start: Annotated[int, Query(ge=0, le=DEEPEST)] = 0,
    ) -> Response:
        actor, text = demand_actor(request), q.strip()
        with face.database.reading() as session:
            house = house_of(session)
            query = _question(session, actor, house, text)
        result = face.index.search(query, actor.scope, limit=SIZE, offset=start) if text else SearchResult()
        jump = next((hit for hit in result.hits if hit.ticket_id == result.jump), None)
        if jump:
            return RedirectResponse(f"/tickets/{jump.number}", 303)
        onward = start + SIZE
        return face.pages.page(
            request, "search.html", here="search", query=q, hits=result.hits, queues=house.queues,
            count_words=count_words(result),
            next_href=f"/search?{urlencode({'q': q, 'start': onward})}" if onward < result.total else "",
        )  # fmt: skip

    return router


def find_words(face: Face, session: Session, actor: Actor, house: House, text: str) -> list[Hit]:
    """The first few tickets with some words, for pages that ask which ticket is meant."""
    return list(face.index.search(_question(session, actor, house, text), actor.scope, limit=10).hits)


def count_words(result: SearchResult) -> str:
    """`3 tickets`, `more than 1 000`, and whether the question was taken less strictly."""
    number = grouped(result.total) if result.total_is_exact else f"more than {grouped(result.total)}"
    words = f"{number} ticket{'' if result.total == 1 and result.total_is_exact else 's'}"
    return f"No ticket has all of it. {words} with some of it" if result.is_relaxed else words


def _question(session: Session, actor: Actor, house: House, text: str) -> SearchQuery:
    queues = queues_by_name(actor, house)
    return parse(text, zone=zone(actor.timezone), me=actor.person_id, queues=queues,
                 masked=actor.scope.masked_fields, found=finder(session, actor))  # fmt: skip
