"""GET /tickets: the list, its views and filters."""

from dataclasses import dataclass
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session
from sqlmodel import col

from app.policy import scope_filter
from app.queues.house import House, house_of
from app.tickets.ticket import Ticket
from app.web.face import Face
from app.web.listing import EMPTY, MOST_COUNTED, SIZE, SORTS, Filter, Row, count, matching, rows
from app.web.pages import demand_actor, grouped
from app.web.ticket_page import staff
from core.actor import Actor
from core.events import UNSOLVED

Choices = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class View:
    """A list that everybody needs, as a link with its count."""

    name: str
    href: str
    count: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class ListPage:
    """All that the template shows."""

    heading: str
    count_words: str
    here: str
    views: list[View]
    filter: Filter
    is_filtered: bool
    queues: Choices
    states: Choices
    assignees: Choices
    sorts: Choices
    time_heading: str
    rows: list[Row]
    first_href: str
    next_href: str
    empty_words: str
    size: int = SIZE


class Asked(BaseModel):
    """The list's address: all of it optional, anything else ignored."""

    queue: str = Field("", max_length=200)
    state: str = Field("", max_length=100)
    assignee: str = Field("", max_length=36)
    sort: str = Field("changed", max_length=20)
    after: str = Field("", max_length=400)


def routes(face: Face) -> APIRouter:
    """The list."""
    router = APIRouter(include_in_schema=False)

    @router.get("/tickets")
    def ticket_list(request: Request, wanted: Annotated[Asked, Query()]) -> HTMLResponse:
        actor = demand_actor(request)
        asked = Filter(wanted.queue, wanted.state, wanted.assignee, wanted.sort, wanted.after)
        with face.database.reading() as session:
            page = list_page(session, actor, asked)
        return face.pages.page(request, "ticket_list.html", here="tickets", page=page)

    return router


def list_page(session: Session, actor: Actor, wanted: Filter) -> ListPage:
    """The page for a filter, as far as this reader may see."""
    house = house_of(session)
    shown, cursor = rows(session, actor, house, wanted)
    total = count(session, matching(actor, house, wanted))
    views = _views(session, actor, wanted)
    current = next((view.name for view in views if view.is_current), "Tickets")
    return ListPage(
        heading=current,
        count_words=_count_words(total, len(shown), is_first=not wanted.after),
        here=wanted.href(after=wanted.after),
        views=views,
        filter=wanted,
        is_filtered=wanted.href() != "/tickets",
        queues=[("", "Every queue"), *((queue.name, queue.name) for queue in _queues(house, actor))],
        states=_states(house),
        assignees=[("", "Anybody"), ("me", "Me"), ("none", "Nobody"),
                   *((str(row.id), row.name) for row in staff(session) if row.id != actor.person_id)],
        sorts=[(name, words) for name, (words, _, _) in SORTS.items()],
        time_heading={"changed": "Changed", "waiting": "Waiting since"}.get(wanted.sort, "Created"),
        rows=shown,
        first_href=wanted.href() if wanted.after else "",
        next_href=wanted.href(after=cursor) if cursor else "",
        empty_words="Nothing waits: every ticket is solved." if wanted == EMPTY else "No ticket matches this filter.",
    )  # fmt: skip


def _views(session: Session, actor: Actor, wanted: Filter) -> list[View]:
    owner, waits = col(Ticket.agent_id), col(Ticket.awaiting_reply_since).is_not(None)
    every = sa.func.count()
    mine, free, waiting, unsolved = session.execute(
        sa.select(
            every.filter(owner == actor.person_id), every.filter(owner.is_(None)), every.filter(waits), every
        ).where(scope_filter(actor.scope), col(Ticket.category).in_(UNSOLVED))
    ).one()
    offered = [
        ("Yours", Filter(assignee="me"), mine),
        ("Unassigned", Filter(assignee="none"), free),
        ("Awaiting reply", Filter(state="waiting", sort="waiting"), waiting),
        ("All unsolved", EMPTY, unsolved),
        ("Everything", Filter(state="any"), None),
    ]
    here = wanted.href()
    return [
        View(name, view.href(), grouped(number) if number is not None else "", view.href() == here)
        for name, view, number in offered
    ]


def _queues(house: House, actor: Actor) -> list[Any]:
    return [queue for queue in house.queues.values() if actor.scope.reaches(queue.id)]


def _states(house: House) -> Choices:
    named = [
        (state.name, state.name[:1].upper() + state.name[1:]) for state in house.states.values() if state.is_active
    ]
    return [("", "Unsolved"), ("waiting", "Awaiting our reply"), ("any", "Any state"), *named]


def _count_words(total: int, shown: int, *, is_first: bool) -> str:
    if total > MOST_COUNTED:
        return f"more than {grouped(MOST_COUNTED)}"
    if is_first and total <= shown:
        return f"{grouped(total)} ticket{'' if total == 1 else 's'}"
    return f"{shown} of {grouped(total)}"
