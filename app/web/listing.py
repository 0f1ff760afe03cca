"""The ticket list: what was asked for in the address, and the page of rows that answers it."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased
from sqlmodel import col

from app.db import Ready
from app.filters.names import tree_of
from app.filters.sql import clause_of
from app.filters.tree import Tree
from app.people.person import Organisation, Person
from app.policy import scope_filter
from app.queues.house import House
from app.sla.remaining import Due, dues
from app.tickets import by_due
from app.tickets.ticket import Ticket
from app.web.times import span
from core import clock
from core.actor import Actor, Scope
from core.errors import Invalid

SIZE = 50
MOST_KEPT = 1_000
"""So many first pages are kept in words."""
MOST_COUNTED = 10_000
"""Counting stops here: nobody works through more, and a page must not wait for it."""

_agent, _requester = aliased(Person), aliased(Person)
_waiting: sa.ColumnElement[Any] = sa.func.coalesce(
    col(Ticket.awaiting_reply_since), sa.literal_column("'infinity'::timestamptz")
)

Order = tuple[Any, ...]  # columns and expressions of them: SQLAlchemy has no common type for both

SORTS: dict[str, tuple[str, bool, Order]] = {
    "changed": ("Last changed", True, (col(Ticket.updated_at), col(Ticket.id))),
    "newest": ("Newest", True, (col(Ticket.created_at), col(Ticket.id))),
    "oldest": ("Oldest", False, (col(Ticket.created_at), col(Ticket.id))),
    "waiting": ("Waiting longest", False, (_waiting, col(Ticket.id))),
    "stale": ("Longest unchanged", False, (col(Ticket.updated_at), col(Ticket.id))),
    "due": ("Due first", False, (col(Ticket.due_at), col(Ticket.id))),
    "priority": ("Most urgent", False, (-col(Ticket.priority), col(Ticket.created_at), col(Ticket.id))),
}  # fmt: skip
"""name → words, whether it falls, and the columns that make the order total (for keyset paging)."""

FOR_COLLEAGUES = frozenset({"due"})
"""Orders that would tell customers what they are not told."""


OF_VIEWS = {
    "-updated": "changed",
    "updated": "stale",
    "-created": "newest",
    "created": "oldest",
    "-priority": "priority",
    "priority": "priority",
    "number": "oldest",
    "-number": "newest",
    "due": "due",
}
"""The orders that views are saved with, as the page has them."""

INSTANTS: dict[str, Any] = {
    "changed": col(Ticket.updated_at),
    "waiting": sa.func.coalesce(col(Ticket.awaiting_reply_since), col(Ticket.updated_at)),
}
"""The time that a row shows, where it is not the creation."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What the address asks for. Empty means everything of its kind; `state` empty means unsolved."""

    queue: str = ""
    state: str = ""
    assignee: str = ""
    sort: str = "changed"
    after: str = ""
    q: str = ""
    view: str = ""

    def href(self, **changes: str) -> str:
        """The address of the same list with something changed, from its first page."""
        asked = {name: getattr(self, name) for name in PARTS} | {"after": "", **changes}
        query = {name: value for name, value in asked.items() if value and value != getattr(EMPTY, name)}
        return "/tickets" + (f"?{urlencode(query)}" if query else "")

    def text(self, house: House) -> str:
        """The same in the language of filters (docs/filters.md): what lists, views and bulk edits share."""
        queue = f'queue:"{self.queue}"' if self.queue else ""
        return " ".join(part for part in (queue, self._state(house), self._assignee(), self.q) if part)

    def _state(self, house: House) -> str:
        words = {"": "" if self.q else "is:open", "any": NOT_GONE, "waiting": "is:open is:waiting",
                 "yours": "category:pending", "done": "is:solved"}  # fmt: skip
        if self.state in words:
            return words[self.state]
        named = [state for state in house.states.values() if state.name.casefold() == self.state.casefold()]
        return f"state:{named[0].id}" if named else f'state:"{self.state}"'

    def _assignee(self) -> str:
        if self.assignee not in ("", "me", "none"):
            return f"assignee:{_uuid(self.assignee)}"
        return f"assignee:{self.assignee}" if self.assignee else ""


EMPTY = Filter()
PARTS = tuple(one.name for one in fields(Filter))
DAMAGED = "This page's address is damaged; start from the first page."
NOT_GONE = "-category:spam,deleted,merged"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    number: int
    title: str
    state: str
    category: str
    priority: int
    queue: str
    agent: str | None
    requester: str | None
    organisation: str | None
    instant: datetime
    is_waiting: bool
    wakes: str = ""
    """In how long it wakes."""
    due: Due | None = None
    """Its most pressing clock (colleagues only)."""


def rows(session: Session, actor: Actor, house: House, wanted: Filter) -> tuple[list[Row], str]:
    """A page of rows, and the cursor of the next page (empty at the end)."""
    sort, order = _sort_name(wanted, actor), sort_of(wanted, actor)[2]
    tree = tree_of(session, actor, wanted.text(house))
    found: Sequence[Any]
    if order is SORTS["due"][2]:
        found = _by_due(session, _matching(tree, actor.scope, sort), wanted.after)
    elif wanted.after or tree.is_moving:
        found = session.execute(_page(tree, actor.scope, sort, wanted.after)).all()
    else:
        found = _first_page(tree, actor.scope, sort).rows(session)
    ids = [row.id for row in found[:SIZE]] if actor.scope.internal else []
    pressing = dues(session, house.sla, ids, clock.now())
    shown = [_row(row, house, next(iter(pressing.get(row.id, ())), None)) for row in found[:SIZE]]
    last = found[SIZE - 1] if len(found) > SIZE else None
    return shown, _cursor([getattr(last, f"key_{n}") or "" for n in range(len(order))]) if last else ""


@lru_cache(MOST_KEPT)
def _first_page(tree: Tree, scope: Scope, sort: str) -> Ready:
    """What most people look at most of the time, put into words once."""
    return Ready.of(_page(tree, scope, sort, ""))


def _page(tree: Tree, scope: Scope, sort: str, after: str) -> sa.Select[*tuple[Any, ...]]:
    _, falls, order = SORTS[sort]
    ordered = _matching(tree, scope, sort).order_by(*(key.desc() if falls else key.asc() for key in order))
    return ordered.limit(SIZE + 1).where(_behind(after, order, falls=falls))


def _matching(tree: Tree, scope: Scope, sort: str) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            col(Ticket.id), col(Ticket.number), col(Ticket.title), col(Ticket.state_id), col(Ticket.category),
            col(Ticket.priority),
            col(Ticket.queue_id), col(_agent.name).label("agent"), col(_requester.name).label("requester"),
            col(Organisation.name).label("organisation"),
            INSTANTS.get(sort, col(Ticket.created_at)).label("instant"),
            col(Ticket.awaiting_reply_since).is_not(None).label("is_waiting"),
            (col(Ticket.wakes_at) if scope.internal else sa.null()).label("wakes_at"),
            *(sa.cast(key, sa.Text).label(f"key_{n}") for n, key in enumerate(SORTS[sort][2])),
        )
        .outerjoin(_agent, col(_agent.id) == col(Ticket.agent_id))
        .outerjoin(_requester, col(_requester.id) == col(Ticket.requester_id))
        .outerjoin(Organisation, col(Organisation.id) == col(Ticket.organisation_id))
        .where(scope_filter(scope), clause_of(tree))
    )  # fmt: skip


def matching(session: Session, actor: Actor, house: House, wanted: Filter) -> sa.ColumnElement[bool]:
    """The clause for what the filter asks, inside what the actor may see."""
    return sa.and_(scope_filter(actor.scope), clause_of(tree_of(session, actor, wanted.text(house))))


def count(session: Session, clause: sa.ColumnElement[bool]) -> int:
    """How many tickets match, up to `MOST_COUNTED` + 1."""
    some = sa.select(sa.literal(1)).select_from(Ticket).where(clause).limit(MOST_COUNTED + 1).subquery()
    return session.execute(sa.select(sa.func.count()).select_from(some)).scalar_one()


def sort_of(wanted: Filter, actor: Actor) -> tuple[str, bool, Order]:
    """The order asked for, or the usual one."""
    return SORTS[_sort_name(wanted, actor)]


def _sort_name(wanted: Filter, actor: Actor) -> str:
    return wanted.sort if wanted.sort in sorts_for(actor) else "changed"


def sorts_for(actor: Actor) -> dict[str, str]:
    """The orders that this reader can choose, in words."""
    return {name: words for name, (words, _, _) in SORTS.items() if actor.scope.internal or name not in FOR_COLLEAGUES}


def _by_due(session: Session, query: sa.Select[*tuple[Any, ...]], cursor: str) -> list[Any]:
    def ask(stage: by_due.Stage, limit: int) -> Sequence[Any]:
        return session.execute(query.where(stage.clause).order_by(*stage.order).limit(limit)).all()

    try:
        due, ticket_id = _values(cursor, by_due.NAMES) if cursor else ("", "")
        place = (datetime.fromisoformat(due) if due else None, UUID(ticket_id)) if cursor else None
    except ValueError:
        raise Invalid(DAMAGED) from None
    return by_due.page(ask, place, SIZE + 1)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid("This address names an assignee who cannot be; choose one from the list.") from None


def _values(cursor: str, order: Sequence[Any]) -> list[str]:
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cursor))
    except (binascii.Error, orjson.JSONDecodeError):
        raise Invalid(DAMAGED) from None
    if not isinstance(values, list) or len(values) != len(order) or not all(isinstance(v, str) for v in values):
        raise Invalid(DAMAGED)
    return values


def _behind(cursor: str, order: Order, *, falls: bool) -> sa.ColumnElement[bool]:
    if not cursor:
        return sa.true()
    values = _values(cursor, order)
    here = sa.tuple_(*order)
    there = sa.tuple_(*(sa.cast(sa.literal(value), key.type) for value, key in zip(values, order, strict=True)))
    return here < there if falls else here > there


def _cursor(values: list[str]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode()


def _row(row: Any, house: House, due: Due | None) -> Row:
    return Row(
        number=row.number,
        title=row.title,
        state=house.states[row.state_id].name,
        category=row.category,
        priority=row.priority,
        queue=house.queues[row.queue_id].name,
        agent=row.agent,
        requester=row.requester,
        organisation=row.organisation,
        instant=row.instant,
        is_waiting=row.is_waiting,
        due=due,
        wakes=span((row.wakes_at - clock.now()).total_seconds()) if row.wakes_at and row.wakes_at > clock.now() else "",
    )
