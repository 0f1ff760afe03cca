"""Tickets in the order of their due times: those that have one, by an index that holds only these; then all others.

Nothing is due "never" in the index, so a page is asked for in stages: the next stage only if the one before did not
fill it. A place is (due, id); without a due time `None`, and those stand last in both directions.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from app.rest.page import behind
from app.tickets.ticket import Ticket

Place = tuple[datetime | None, UUID]
Row = TypeVar("Row")
NAMES = ("due_at", "id")


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of the order: which tickets are in it, and how they follow each other."""

    clause: sa.ColumnElement[bool]
    order: tuple[Any, ...]


def page(
    ask: Callable[[Stage, int], Sequence[Row]], after: Place | None, limit: int, *, falls: bool = False
) -> list[Row]:
    """So many rows behind a place. `ask` finds some of one stage."""
    found: list[Row] = []
    for stage in stages(after, falls=falls):
        found += ask(stage, limit - len(found))
        if len(found) >= limit:
            break
    return found


def stages(after: Place | None, *, falls: bool) -> list[Stage]:
    """What comes behind a place."""
    due, ticket_id = col(Ticket.due_at), col(Ticket.id)
    none = due.is_(None) if after is None or after[0] else due.is_(None) & (ticket_id > after[1])
    last = Stage(none, (ticket_id,))
    if after and after[0] is None:
        return [last]
    keys: list[Any] = [due, ticket_id]
    place = due.is_not(None) if after is None else due.is_not(None) & behind(keys, after, descending=falls)
    return [Stage(place, tuple(key.desc() if falls else key for key in keys)), last]
