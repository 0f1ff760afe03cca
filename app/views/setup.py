"""Setting up views. Each change writes its event in the same transaction."""

from functools import lru_cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.audience import demand_keeper, demand_staff, reaches, shared_among
from app.db import Ready
from app.filters.names import tree_of
from app.views.view import SavedView
from core import clock
from core.actor import Actor, Scope
from core.errors import Conflict, NotFound
from core.events import ViewDefined, ViewRemoved
from core.ledger import append, wrap

MOST_VIEWS = 200
"""As many of one audience; each is a tab that somebody has to read."""
MOST_KEPT = 1_000


def views_of(session: Session, actor: Actor) -> list[SavedView]:
    """The views that this actor works with: their own, their teams', everybody's, each by name."""
    return list(session.execute(_of(actor.scope, actor.person_id, sa.select(SavedView))).scalars())


def names_of_views(session: Session, actor: Actor) -> list[Any]:
    """The same with id, name and query only: what stands above each list."""
    return _named(actor.scope, actor.person_id).rows(session)


@lru_cache(MOST_KEPT)
def _named(scope: Scope, person_id: UUID | None) -> Ready:
    return Ready.of(_of(scope, person_id, sa.select(col(SavedView.id), col(SavedView.name), col(SavedView.query))))


def _of(scope: Scope, person_id: UUID | None, query: Any) -> Any:
    order = sa.case({"private": 0, "team": 1}, value=col(SavedView.audience), else_=2)
    mine = query.where(shared_among(scope, person_id, SavedView))
    return mine.order_by(order, col(SavedView.name)).limit(3 * MOST_VIEWS)


def view_of(session: Session, actor: Actor, view_id: UUID) -> SavedView:
    """A view that this actor works with."""
    view = session.get(SavedView, view_id)
    if view is None or not reaches(actor, view):
        raise NotFound("There is no such view, or it is not for you.")
    return view


def define_view(
    session: Session, actor: Actor, *, view_id: UUID | None = None, source: str = "api", **wish: Any
) -> SavedView:
    """Set up a view, or change the one with `view_id`. A query that cannot be read is refused."""
    demand_staff(actor)
    view = _kept(session, actor, view_id) if view_id else None
    owner_id = actor.person_id if wish["audience"] == "private" else None
    demand_keeper(actor, wish["audience"], owner_id, wish["queue_id"])
    tree_of(session, actor, wish["query"])
    if view and all(getattr(view, name) == value for name, value in wish.items()):
        return view
    if view is None:
        _demand_room(session, actor)
        view = SavedView(created_at=clock.now(), **wish)
    for name, value in (*wish.items(), ("owner_id", owner_id)):
        setattr(view, name, value)
    session.add(view)
    session.flush()
    defined = ViewDefined(view_id=view.id, owner_id=owner_id, **wish)
    append(session, [wrap(defined, actor, source=source)])
    return view


def remove_view(session: Session, actor: Actor, view_id: UUID, *, source: str = "api") -> None:
    """Take a view away; tickets are as they were."""
    session.delete(_kept(session, actor, view_id))
    session.flush()
    append(session, [wrap(ViewRemoved(view_id=view_id), actor, source=source)])


def _kept(session: Session, actor: Actor, view_id: UUID) -> SavedView:
    view = view_of(session, actor, view_id)
    demand_keeper(actor, view.audience, view.owner_id, view.queue_id)
    return view


def _demand_room(session: Session, actor: Actor) -> None:
    if len(views_of(session, actor)) >= 3 * MOST_VIEWS:
        raise Conflict("There are too many views already; remove some first.")
