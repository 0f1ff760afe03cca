"""GET /tickets: the list, its views and filters."""

from dataclasses import dataclass, replace
from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session
from sqlmodel import col

from app.audience import may_keep
from app.autocommit import Autocommit
from app.filters.sql import is_unsolved
from app.policy import scope_filter
from app.queues.house import House, house_of
from app.tickets.ticket import Ticket
from app.views.routes import COLUMNS, counts_of
from app.views.setup import names_of_views, view_of
from app.views.view import SavedView
from app.web.customer_words import CHOICES, plain, state_words
from app.web.customer_words import COLUMNS as CUSTOMER_COLUMNS
from app.web.customer_words import SORTS as CUSTOMER_SORTS
from app.web.customer_words import VIEWS as CUSTOMER_VIEWS
from app.web.face import Face
from app.web.listing import EMPTY, MOST_COUNTED, OF_VIEWS, SIZE, Filter, Row, count, matching, rows, sorts_for
from app.web.pages import demand_actor, grouped
from app.web.signs import NO_SIGNS, signs_in
from app.web.ticket_page import staff
from core.actor import Actor
from core.errors import NotFound
from search.filter_text import LONGEST_FILTER, NotUnderstood

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
    wrong: str
    text: str
    total: int
    columns: list[str]
    view_id: str
    is_staff: bool

    @property
    def count_all(self) -> str:
        """How many an edit of everything would concern."""
        return f"more than {grouped(MOST_COUNTED)}" if self.total > MOST_COUNTED else grouped(self.total)

    size: int = SIZE


class Asked(BaseModel):
    """The list's address: all of it optional, anything else ignored."""

    queue: str = Field("", max_length=200)
    state: str = Field("", max_length=100)
    assignee: str = Field("", max_length=36)
    sort: str = Field("changed", max_length=20)
    after: str = Field("", max_length=400)
    q: str = Field("", max_length=LONGEST_FILTER)
    view: str = Field("", max_length=36)


def routes(face: Face) -> APIRouter:
    """The list."""
    router = APIRouter(include_in_schema=False)

    @router.get("/tickets")
    def ticket_list(request: Request, wanted: Annotated[Asked, Query()]) -> HTMLResponse:
        actor = demand_actor(request)
        with face.database.reading() as session:
            page = list_page(face.database.alone, session, actor, Filter(**wanted.model_dump()))
            signs = signs_in(session, actor) if actor.role.is_staff else NO_SIGNS
        return face.pages.page(request, "ticket_list.html", here="tickets", page=page, signs=signs)

    return router


def list_page(alone: Autocommit, session: Session, actor: Actor, wanted: Filter) -> ListPage:
    """The page for a filter, as far as this reader may see."""
    house, inside = house_of(session), actor.scope.internal
    wanted = wanted if inside else plain(wanted)
    saved = view_of(session, actor, _id(wanted.view)) if wanted.view else None
    asked = of_view(wanted, saved) if saved else wanted
    try:
        shown, cursor = rows(session, actor, house, asked)
        wrong = ""
    except NotUnderstood as refusal:
        shown, cursor, wrong = [], "", refusal.sentence
    views, kept = _views(alone, session, actor, wanted) if inside else (_views_of_customers(wanted), {})
    if (wanted.after or cursor) and not wrong:
        total = kept.get(asked.text(house)) or count(session, matching(session, actor, house, asked))
    else:
        total = len(shown)  # the first page holds all of them
    current = saved.name if saved else next((view.name for view in views if view.is_current), "Tickets")
    return ListPage(
        heading=current,
        count_words=_count_words(total, len(shown), is_first=not wanted.after),
        here=wanted.href(after=wanted.after),
        views=views,
        filter=wanted,
        is_filtered=wanted.href() != "/tickets",
        queues=[("", "Every queue"), *((queue.name, queue.name) for queue in _queues(house, actor))],
        states=_states(house) if inside else CHOICES,
        assignees=_assignees(session, actor) if inside else [],
        sorts=list((sorts_for(actor) if inside else CUSTOMER_SORTS).items()),
        time_heading={"changed": "Changed", "waiting": "Waiting since"}.get(asked.sort, "Created"),
        rows=shown if inside else [replace(row, state=state_words(row.category), is_waiting=False) for row in shown],
        wrong=wrong,
        text=asked.text(house),
        total=total,
        columns=saved.columns if saved else list(COLUMNS if inside else CUSTOMER_COLUMNS),
        view_id=str(saved.id) if saved and may_keep(actor, saved) else "",
        is_staff=inside,
        first_href=wanted.href() if wanted.after else "",
        next_href=wanted.href(after=cursor) if cursor else "",
        empty_words=_empty_words(wanted, inside=inside),
    )  # fmt: skip


def _empty_words(wanted: Filter, *, inside: bool) -> str:
    if wanted != EMPTY:
        return "No ticket matches this filter." if inside else "You have no such ticket."
    return "Nothing waits: every ticket is solved." if inside else "You have no open tickets."


def _views_of_customers(wanted: Filter) -> list[View]:
    return [View(name, look.href(), "", look.href() == wanted.href()) for name, look in CUSTOMER_VIEWS]


def of_view(wanted: Filter, saved: SavedView) -> Filter:
    """The list of a saved view; whoever sorts it otherwise does so for this look."""
    sort = wanted.sort if wanted.sort != EMPTY.sort else OF_VIEWS[saved.sort]
    everything = "" if saved.query else "any"
    return replace(wanted, q=saved.query, state=everything, queue="", assignee="", sort=sort)


def _views(alone: Autocommit, session: Session, actor: Actor, wanted: Filter) -> tuple[list[View], dict[str, int]]:
    """What everybody needs, then what was saved; and the numbers of their filters. Numbers are kept; the usual ones are
    counted while none is kept.
    """
    saved = names_of_views(session, actor)
    usual = [
        ("Yours", Filter(assignee="me"), "is:open assignee:me"),
        ("Unassigned", Filter(assignee="none"), "is:open assignee:none"),
        ("Awaiting reply", Filter(state="waiting", sort="waiting"), "is:open is:waiting"),
        ("All unsolved", EMPTY, "is:open"),
    ]
    offered = [*usual, *((view.name, Filter(view=str(view.id)), view.query) for view in saved)]
    kept = counts_of(alone, session, actor, [query for _, _, query in offered])
    if not all(query in kept for _, _, query in usual):
        kept |= _counted(session, actor)
    here = replace(wanted, sort=EMPTY.sort).href() if wanted.view else wanted.href()
    shown = [
        View(name, look.href(), grouped(kept[query]) if query in kept else "", look.href() == here)
        for name, look, query in offered
    ]
    everything = Filter(state="any").href()
    whole = View("Everything", everything, "", everything == here)
    return [*shown[: len(usual)], whole, *shown[len(usual) :]], kept


def _counted(session: Session, actor: Actor) -> dict[str, int]:
    """The usual numbers by one look at the unsolved tickets."""
    owner, waits = col(Ticket.agent_id), col(Ticket.awaiting_reply_since).is_not(None)
    every = sa.func.count()
    row = session.execute(
        sa.select(
            every.filter(owner == actor.person_id), every.filter(owner.is_(None)), every.filter(waits), every
        ).where(scope_filter(actor.scope), is_unsolved())
    ).one()
    names = ("is:open assignee:me", "is:open assignee:none", "is:open is:waiting", "is:open")
    return dict(zip(names, row, strict=True))


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("There is no such view, or it is not for you.") from None


def _queues(house: House, actor: Actor) -> list[Any]:
    return [queue for queue in house.queues.values() if actor.scope.reaches(queue.id)]


def _assignees(session: Session, actor: Actor) -> Choices:
    others = [(str(row.id), row.name) for row in staff(session) if row.id != actor.person_id]
    return [("", "Anybody"), ("me", "Me"), ("none", "Nobody"), *others]


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
