"""Questions to the lake, asked once for all who look: the same question with the same answer is not asked twice.

An answer is good as long as the lake has not moved past it. Whoever does not know how far the lake is gets one that
is at most a second old.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from analytics import Answer, ask
from analytics.drill import Drilled, drill
from analytics.drill_pages import Pages, drill_pages
from analytics.explanation import Explained, explain
from analytics.lake import Lake
from analytics.measure_answer import reading
from analytics.measure_dimensions import DIMENSIONS as DIMENSION
from analytics.measure_known import known, position_of
from analytics.measure_names import known_values
from analytics.movement import Moved, moved
from core.actor import Actor
from dashboards.asked import DIMENSIONS, Asked
from dashboards.cell import Cell
from dashboards.page import Page, Panel

FRESH_SECONDS = 1.0
STUDY_SECONDS = 60.0
"""An analysis of a lake that stands still is asked again after so long: those that are open grow older."""
MOST_KEPT = 2_000
MOST_STUDIED = 200
MOST_AT_ONCE = 3
"""Questions that one web process puts to the lake at the same time; the others wait their turn."""
MOST_STUDIES_AT_ONCE = 2
"""Analyses have turns of their own: a simulation of seconds keeps nobody from a number."""

MOVING = ("queue", "agent", "priority", "channel")
"""By what a change is taken apart on pages."""

OpenLake = Callable[[], Lake]
Ask = Callable[..., Any]
"""(lake, asked, scope) → an answer; of a study of people with whose presence may be seen as the fourth."""
Team = Callable[[Actor], frozenset[UUID] | None]
"""Whose presence somebody may see; None: everybody's."""


@dataclass(slots=True)
class _Kept:
    lock: threading.Lock = field(default_factory=threading.Lock)
    answer: Answer | None = None
    asked_at: float = 0.0


@dataclass(slots=True)
class _Studied:
    lock: threading.Lock = field(default_factory=threading.Lock)
    answer: Any = None
    position: int = -1
    asked_at: float = 0.0


class Numbers:
    """The lake for pages. It is opened when first asked, and again after it was away."""

    def __init__(self, open_lake: OpenLake, team: Team | None = None) -> None:
        self._open_lake = open_lake
        self.team = team or _alone
        """Pages know no database, so they are handed who may see whose presence."""
        self._lake: Lake | None = None
        self._lock = threading.Lock()
        self._turns = threading.BoundedSemaphore(MOST_AT_ONCE)
        self._study_turns = threading.BoundedSemaphore(MOST_STUDIES_AT_ONCE)
        self._kept: dict[Any, _Kept] = {}
        self._studied: dict[Any, _Studied] = {}

    def panel(self, panel: Panel, asked: Asked, actor: Actor, position: int) -> Answer:
        """A panel's series, or its slices. `position` is how far the reader knows the lake to be; 0: unknown."""
        window = {} if panel.is_now else {"since": asked.period.since, "until": asked.period.until}
        grain = None if panel.by else asked.period.grain
        return self._ask(panel.asks(asked), asked, actor, position, by=panel.by or (), grain=grain, **window)

    def totals(self, page: Page, asked: Asked, actor: Actor, position: int) -> Answer:
        """The page's headline numbers, each with what it was in the time before, or a year ago."""
        columns = tuple(dict.fromkeys(name for line in page.headlines for name in (line.column, line.n) if name))
        window = {"since": asked.period.since, "until": asked.period.until, "compare": asked.compare}
        return self._ask(columns, asked, actor, position, **window)

    def study(self, ask: Ask, asked: Asked, actor: Actor, *, is_of_people: bool = False) -> tuple[Any, int]:
        """An analysis' answer and how far the lake was then, kept until the lake moves on or a minute has passed."""
        whose = (self.team(actor),) if is_of_people else ()
        kept = self._study_of((ask, asked.state, actor.scope.of_tickets, whose))
        with kept.lock, self._study_turns:
            with reading(self.lake()) as cursor:
                position, now = position_of(known(self.lake(), cursor), cursor), time.monotonic()
            if position != kept.position or now - kept.asked_at > STUDY_SECONDS:
                kept.answer = ask(self.lake(), asked, actor.scope, *whose)
                kept.position, kept.asked_at = position, now
            return kept.answer, kept.position

    @contextmanager
    def in_turn(self) -> Iterator[None]:
        """Whoever reads for long is one of those who do."""
        with self._turns:
            yield

    def behind(self, work: Callable[[Lake], Drilled]) -> Drilled:
        """The tickets behind a mark of an analysis."""
        with self._turns:
            return work(self.lake())

    def drill(self, cell: Cell, asked: Asked, actor: Actor, limit: int) -> Drilled:
        """The rows behind a cell."""
        with self._turns:
            return drill(
                cell.column, grain=asked.period.grain if cell.start else None, period=cell.start, limit=limit,
                scope=actor.scope, lake=self.lake(), **_cut(cell, asked),
            )  # fmt: skip

    @contextmanager
    def pages(self, cell: Cell, asked: Asked, actor: Actor) -> Iterator[Pages]:
        """All rows behind a cell, for a file."""
        grain = asked.period.grain if cell.start else None
        with (
            self._turns,
            drill_pages(
                cell.column, grain=grain, period=cell.start, scope=actor.scope, lake=self.lake(), **_cut(cell, asked)
            ) as found,
        ):
            yield found

    def explain(self, cell: Cell, asked: Asked, actor: Actor) -> Explained:
        """Why a ticket counts in a cell."""
        with self._turns:
            return explain(
                cell.ticket, cell.column, period=cell.start, lake=self.lake(), scope=actor.scope,
                grain=asked.period.grain if cell.start else None, **_cut(cell, asked),
            )  # fmt: skip

    def moved(self, cell: Cell, asked: Asked, actor: Actor) -> Moved:
        """What moved a number since the time before, as long as the page's."""
        window = {**_cut(cell, asked), "since": asked.period.since, "until": asked.period.until}
        with self._turns:
            return moved(cell.column, by=MOVING, compare=asked.compare, lake=self.lake(), scope=actor.scope, **window)

    def choices(self, actor: Actor) -> dict[str, list[str]]:
        """The names that this reader may filter by."""
        with self._turns, self.lake().cursor() as cursor:
            found = {}
            for name in DIMENSIONS:
                of = DIMENSION[name]
                labels = [label for _, label in of.labels] or [
                    str(label) for _, label in known_values(of, cursor, actor.scope)
                ]
                found[name] = labels if of.labels else sorted(set(labels), key=str.casefold)
        return found

    def named(self, query: str, actor: Actor) -> str:
        """The same with names in place of ids, which alerts' links have: where only one goes by the name."""
        given = parse_qsl(query, keep_blank_values=True)
        with_ids = {name for name, value in given if name in DIMENSIONS and _is_id(value)}
        if not with_ids:
            return query
        with self._turns, self.lake().cursor() as cursor:
            known = {
                name: list(DIMENSION[name].labels) or known_values(DIMENSION[name], cursor, actor.scope)
                for name in with_ids
            }
        names = {
            (name, str(value)): label
            for name, labels in known.items()
            for value, label in labels
            if [other for _, other in labels].count(label) == 1
        }
        return urlencode([(name, names.get((name, value), value)) for name, value in given])

    def lake(self) -> Lake:
        """The open lake."""
        with self._lock:
            if self._lake is None:
                self._lake = self._open_lake()
            return self._lake

    def close(self) -> None:
        """Let go of it."""
        with self._lock:
            if self._lake is not None:
                self._lake.close()
                self._lake = None

    def _ask(self, columns: tuple[str, ...], asked: Asked, actor: Actor, position: int, **window: Any) -> Answer:
        """The numbers, asked in as many questions as they have different hours or hands, and put beside each other."""
        answers = [self._ask_alike(alike, asked, actor, position, **window) for alike in asked.alike(columns)]
        return reduce(_together, answers)

    def _ask_alike(self, columns: tuple[str, ...], asked: Asked, actor: Actor, position: int, **window: Any) -> Answer:
        filters = tuple(sorted(asked.where.items()))
        key = (
            columns,
            filters,
            asked.as_of,
            asked.is_restated,
            asked.whose(columns[0]),
            asked.period.fiscal_start,
            asked.period.zone.key,
            actor.scope.of_tickets,
            tuple(sorted(window.items())),
        )
        kept = self._place(key)
        with kept.lock:
            if kept.answer is None or not _is_good(kept, position):
                with self._turns:
                    began = time.monotonic()
                    kept.answer = ask(columns, scope=actor.scope, lake=self.lake(), **asked.question(columns), **window)
                    kept.asked_at = began
            return kept.answer

    def _study_of(self, key: Any) -> _Studied:
        with self._lock:
            if len(self._studied) >= MOST_STUDIED:
                self._studied.clear()
            return self._studied.setdefault(key, _Studied())

    def _place(self, key: Any) -> _Kept:
        with self._lock:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            return self._kept.setdefault(key, _Kept())


def _alone(actor: Actor) -> frozenset[UUID] | None:
    """Without being told otherwise one sees oneself; who sees everything sees everybody."""
    return None if actor.scope.everything else frozenset({actor.person_id} if actor.person_id else ())


def _together(one: Answer, other: Answer) -> Answer:
    """Two answers to the same question for different numbers as one."""
    keys = [name for name in one.frame.columns if name in other.frame.columns]
    if keys:
        frame = one.frame.join(other.frame, on=keys, how="full", coalesce=True, nulls_equal=True).sort(keys)
    else:
        frame = one.frame.hstack(other.frame)
    position = min(one.position, other.position)
    return replace(one, frame=frame, columns=(*one.columns, *other.columns), position=position)


def _cut(cell: Cell, asked: Asked) -> dict[str, Any]:
    """The part of the lake that a cell stands for: the page's filters and its own, in the page's time."""
    slices = {cell.dimension: (cell.value,)} if cell.dimension else {}
    is_now = cell.dimension and not cell.start
    window = {} if is_now else {"since": asked.period.since, "until": asked.period.until}
    return {**asked.question([cell.column]), "where": {**asked.where, **slices}, **window}


def _is_good(kept: _Kept, position: int) -> bool:
    assert kept.answer is not None
    if position:
        return kept.answer.position >= position
    return time.monotonic() - kept.asked_at < FRESH_SECONDS


def _is_id(value: str) -> bool:
    try:
        return value.isdigit() or bool(UUID(value))
    except ValueError:
        return False
