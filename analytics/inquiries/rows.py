"""What is behind a number of an inquiry: rows of a metric, of a query, or a table; a page of them, or all of them."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import polars as pl

from analytics.drill import Drilled, drill
from analytics.drill_pages import Pages, drill_pages, kept
from analytics.measure_answer import Readable
from analytics.measure_bound import Query
from analytics.measure_question import Question
from analytics.measure_wall import Wall
from analytics.metric import Metric

TICKETS: dict[str, str] = {
    "occurred_at": "When",
    "started_at": "Since",
    "queue": "Queue",
    "priority": "Priority",
    "agent": "Agent",
}
"""What people read of a ticket behind a number of the catalogue, as far as it has them."""


class Rows(Protocol):
    """`words`: the columns that people read, and what they are called; `of`: what the rows are, one and many."""

    @property
    def words(self) -> Mapping[str, str]: ...

    @property
    def of(self) -> tuple[str, str]: ...

    def page(self, limit: int | None, offset: int = 0) -> Drilled:
        """Some of them, and how many there are in all."""
        ...

    def pages(self) -> AbstractContextManager[Pages]:
        """All of them, in pieces."""
        ...


@dataclass(frozen=True, slots=True)
class Table:
    """Rows that are there already: few."""

    frame: pl.DataFrame
    words: Mapping[str, str]
    of: tuple[str, str] = ("row", "rows")

    def page(self, limit: int | None, offset: int = 0) -> Drilled:
        """Some of them."""
        return Drilled(self.frame.slice(offset, limit), len(self.frame))

    @contextmanager
    def pages(self) -> Iterator[Pages]:
        """All of them."""
        yield Pages(len(self.frame), iter([self.frame]))


@dataclass(frozen=True, slots=True)
class OfMetric:
    """The rows behind a number of the catalogue, which is what the inquiry is made of."""

    column: str | Metric
    lake: Readable
    asked: dict[str, Any]
    words: Mapping[str, str] = field(default_factory=TICKETS.copy)
    of: tuple[str, str] = ("ticket", "tickets")

    def page(self, limit: int | None, offset: int = 0) -> Drilled:
        """Some of them."""
        return drill(self.column, lake=self.lake, limit=limit, offset=offset, **self.asked)

    @contextmanager
    def pages(self) -> Iterator[Pages]:
        """All of them."""
        with drill_pages(self.column, lake=self.lake, **self.asked) as found:
            yield found


@dataclass(frozen=True, slots=True)
class OfQuery:
    """The rows of a query, which comes with its wall and what it binds; `finish` makes of them what people read."""

    question: Callable[[], AbstractContextManager[Question]]
    query: Callable[[Question], tuple[Query, Wall, Mapping[str, Any]]]
    finish: Callable[[pl.DataFrame, Question], pl.DataFrame]
    words: Mapping[str, str]
    of: tuple[str, str] = ("ticket", "tickets")

    def page(self, limit: int | None, offset: int = 0) -> Drilled:
        """Some of them."""
        with self.question() as question:
            query, wall, values = self.query(question)
            counting = replace(query, sql=f"select count(*) as total from ({query.sql})")
            n = int(question.run(counting, wall, **values).item())
            found = question.run(query.paged(), wall, **values, limit=limit or max(n, 1), offset=offset)
            return Drilled(self.finish(found, question), n)

    @contextmanager
    def pages(self) -> Iterator[Pages]:
        """All of them."""
        with self.question() as question:
            query, wall, values = self.query(question)
            with kept(question, query, wall, lambda page: self.finish(page, question), **values) as found:
                yield found
