"""What one snapshot of the lake says beside its numbers, looked up once for all questions that are put to it.

Every table that a query of DuckLake touches costs half a dozen questions to its catalogue. Position, names and the few
tickets that do not count are the same for all who ask of one snapshot, so they are kept with it.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import duckdb

from analytics.lake import Lake
from analytics.measure_bound import Query, compiled, is_ours
from analytics.measure_wall import Wall, discounted
from core.actor import Scope

FEW = 2_000
"""Up to so many tickets that do not count are named one by one in a query; more are looked up by it."""

MOST_PASTS = 200
FRESH_SECONDS = 1.0
"""A name may have changed for so long before answers use it; an id without a name is looked up at once."""

Names = dict[str, dict[str, str]]
Extent = tuple[datetime | None, datetime | None]
"""The oldest creation and the newest event."""
Instants = tuple[datetime | None, datetime | None]
"""As of when, as known when."""


@dataclass
class Known:
    """What is known of one snapshot. Without a snapshot number (plain DuckDB) nothing is kept."""

    snapshot: int | None
    position: int | None = None
    names: Names = field(default_factory=dict)
    named_at: float = float("-inf")
    discounted: dict[tuple[bool, Instants], list[UUID]] = field(default_factory=dict)
    answers: dict[Any, Any] = field(default_factory=dict)
    """Whole answers by question and scope; they go with the snapshot."""
    extents: dict[tuple[Wall, Scope, Instants], Extent] = field(default_factory=dict)


_kept: WeakKeyDictionary[Lake, Known] = WeakKeyDictionary()


def known(lake: object, cursor: duckdb.DuckDBPyConnection) -> Known:
    """What is known of the snapshot that the cursor's transaction looks at."""
    if not isinstance(lake, Lake):
        return Known(None)
    found = cursor.execute("select id from ducklake_current_snapshot('lake')").fetchone()
    snapshot = int(found[0]) if found else 0
    before = _kept.get(lake)
    if before is None or before.snapshot != snapshot:
        before = Known(snapshot, names=before.names, named_at=before.named_at) if before else Known(snapshot)
        _kept[lake] = before
    return before


def position_of(of: Known, cursor: duckdb.DuckDBPyConnection) -> int:
    """The newest event that the lake holds."""
    if of.position is None:
        found = cursor.execute("select max(position) from lake.main.cursor").fetchone()
        of.position = int(found[0] or 0) if found else 0
    return of.position


def names_of(of: Known, kind: str, ids: set[str], cursor: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The names of these ids, as far as they have any."""
    if time.monotonic() - of.named_at > FRESH_SECONDS or not ids <= of.names.get(kind, {}).keys():
        rows = cursor.execute("select kind, id::varchar, name from lake.main.directory where name is not null")
        names: Names = {}
        for named, value, name in rows.fetchall():
            names.setdefault(named, {})[value] = name
        of.names, of.named_at = names, time.monotonic()
    return of.names.get(kind, {})


def wall_of(of: Known, wall: Wall, instants: Instants, cursor: duckdb.DuckDBPyConnection) -> tuple[Wall, list[UUID]]:
    """The wall as this snapshot needs it, and the ids of the tickets that do not count, if they are few."""
    if not is_ours(cursor):
        return wall, []
    key = (wall.complete_only, instants)
    if key not in of.discounted:
        query = _discounted(wall.complete_only, wall.is_past, wall.is_remembered)
        rows = cursor.execute(query.sql, query.wanted({"as_of": instants[0]})).fetchall()
        _make_room(of.discounted)
        of.discounted[key] = [ticket_id for (ticket_id,) in rows]
    ids = of.discounted[key]
    if len(ids) > FEW:
        return replace(wall, discounted="many"), []
    return replace(wall, discounted="few" if ids else "none"), ids


def extent_of(of: Known, wall: Wall, scope: Scope, instants: Instants, look: Callable[[], Extent]) -> Extent:
    """How far the tickets behind a wall reach; `look` finds it out."""
    key = (wall, scope, instants)
    if key not in of.extents:
        _make_room(of.extents)
        of.extents[key] = look()
    return of.extents[key]


def keep_answer(of: Known, key: Any, answer: Any) -> None:
    """Keep an answer for as long as the snapshot is the newest; without one nothing is kept."""
    if of.snapshot is not None:
        _make_room(of.answers)
        of.answers[key] = answer


def _make_room(kept: dict[Any, Any]) -> None:
    if len(kept) >= MOST_PASTS:
        kept.clear()


@lru_cache(8)
def _discounted(complete_only: bool, is_past: bool, is_remembered: bool) -> Query:
    wall = Wall(complete_only=complete_only, is_past=is_past, is_remembered=is_remembered)
    return compiled(discounted(wall).limit(FEW + 1))
