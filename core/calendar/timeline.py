"""A calendar laid out on the line of real time: breakpoints with the open time before each.

A question is one binary search. Breakpoints stand at openings (even places) and closings (odd places), touching spans
are one, and all numbers are whole microseconds.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING

from core.calendar.days import open_spans
from core.calendar.local import instant as instant_at
from core.calendar.local import micros

if TYPE_CHECKING:
    from core.calendar.definition import Calendar

FIRST_YEAR, LAST_YEAR = 1900, 2400
"""Beyond these years nothing is open."""

PATIENCE_YEARS = 50
"""How far a budget is followed before it counts as never used up."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """The breakpoints from `start` (inclusive) to `end` (exclusive)."""

    years: tuple[int, int]
    start: int
    end: int
    edges: Sequence[int]
    """Opening, closing, opening, closing …"""
    open_before: Sequence[int]
    """The open time from `start` to each edge."""
    at_closing: Sequence[int]
    """The same at closings only: what a budget is searched in."""

    @classmethod
    def of(cls, calendar: "Calendar", first_year: int, last_year: int) -> "Timeline":
        """Lay out whole years of UTC."""
        start, end = _new_year(first_year), _new_year(last_year + 1)
        first, last = date(first_year, 1, 1) - timedelta(2), date(last_year, 12, 31) + timedelta(2)
        edges: list[int] = []
        for opens, closes in open_spans(calendar, first, last):
            if closes > start and opens < end:
                edges += (max(opens, start), min(closes, end))
        at_closing = list(accumulate(edges[n + 1] - edges[n] for n in range(0, len(edges), 2)))
        open_before = [total for pair in zip([0, *at_closing], at_closing, strict=False) for total in pair]
        return cls((first_year, last_year), start, end, edges, open_before, at_closing)

    def open_until(self, instant: int) -> int:
        """The open time from `start` to an instant."""
        passed = bisect_right(self.edges, instant)
        if not passed:
            return 0
        before = self.open_before[passed - 1]
        return before + instant - self.edges[passed - 1] if passed % 2 else before

    def after(self, start: int, budget: int) -> int | None:
        """The earliest open instant from `start` on by which `budget` (0 or more) was spent; none: not before `end`.

        Openings and closings both count as open here: a budget that ends with a closing ends at that closing.
        """
        total = self.open_until(start) + budget
        n = max(bisect_left(self.at_closing, total), bisect_left(self.edges, start) // 2)
        if n == len(self.at_closing):
            return None
        return self.edges[2 * n] + total - self.open_before[2 * n]

    def before(self, start: int, budget: int) -> int | None:
        """The latest open instant up to `start` from which `budget` (above 0) is left; none: not on this line."""
        total = self.open_until(start) - budget
        if total < 0 or not self.edges:
            return None
        n = bisect_right(self.at_closing, total)
        return self.edges[2 * n] + total - self.open_before[2 * n]

    def is_open(self, instant: int) -> bool:
        """Openings are open, closings are not."""
        return bisect_right(self.edges, instant) % 2 == 1

    def segments(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The open spans between two instants, cut to them."""
        n = bisect_right(self.edges, start)
        for at in range(n - n % 2, len(self.edges), 2):
            opens, closes = max(self.edges[at], start), min(self.edges[at + 1], end)
            if opens >= end:
                return
            if opens < closes:
                yield opens, closes


class Growing:
    """The timeline of one calendar over the years that were asked about so far.

    Threads may share it: what has grown is put in place whole, and growing twice gives the same.
    """

    __slots__ = ("_calendar", "_line")

    def __init__(self, calendar: "Calendar") -> None:
        self._calendar = calendar
        self._line = Timeline((LAST_YEAR, FIRST_YEAR), 0, 0, [], [], [])

    def covering(self, start: int, end: int) -> Timeline:
        """A timeline with both instants on it. Outside FIRST_YEAR to LAST_YEAR it is empty."""
        line = self._line
        if line.start <= start < line.end and line.start <= end < line.end:
            return line
        return self._grown(min(_year(start), _year(end)), max(_year(start), _year(end)))

    def moved(self, start: int, budget: int) -> int | None:
        """Where a budget of open time leads from `start`: forward, or back when it is negative; none: nowhere."""
        here = _year(start)
        line = self.covering(start, start)
        for years in (1, 4, 16, PATIENCE_YEARS, None):
            found = line.after(start, budget) if budget >= 0 else line.before(start, -budget)
            if found is not None or years is None:
                return found
            line = self._grown(here, here + years) if budget >= 0 else self._grown(here - years, here)
        return None

    def _grown(self, first: int, last: int) -> Timeline:
        known = self._line
        years = max(min(first, known.years[0]), FIRST_YEAR), min(max(last, known.years[1]), LAST_YEAR)
        line = known if years == known.years else Timeline.of(self._calendar, *years)
        self._line = line
        return line


def _new_year(year: int) -> int:
    return micros(datetime(year, 1, 1, tzinfo=UTC))


def _year(instant: int) -> int:
    return min(max(instant_at(instant).year, FIRST_YEAR), LAST_YEAR)
