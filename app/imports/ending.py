"""What the columns "resolved at" and "closed at" tell of a case whose rows do not show it.

Rows win over columns: a column only fills a gap that the rows leave, and whatever it contradicts is noted. Logs
carry these columns either as they stood at each row or, exported afterwards, with the final value in every row;
the last row has the final value in both.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import takewhile

from app.imports.map import LogMap, StateValue
from app.imports.moments import Moment
from app.imports.times import TimeReader
from core.events import Category


@dataclass(frozen=True, slots=True)
class Filled:
    """A state that no row shows: since when, and in front of which row it belongs."""

    state: StateValue
    occurred_at: datetime
    before_index: int


@dataclass(slots=True)
class Ending:
    """What the columns add, and what there is to say about it (cause, detail)."""

    line: int
    solved: Filled | None = None
    closed: Filled | None = None
    notes: list[tuple[str, str]] = field(default_factory=list)

    def note(self, cause: str, detail: str) -> None:
        """Say something about it."""
        self.notes.append((cause, detail))

    def after(self, rows: int) -> Iterator[Filled]:
        """The gaps behind the last of so many rows."""
        yield from (gap for gap in (self.solved, self.closed) if gap and gap.before_index == rows)


def ending(
    moments: Sequence[Moment], created_at: datetime, latest: datetime, log_map: LogMap, times: TimeReader
) -> Ending:
    """How the case ended, by its columns, as far as its rows do not say so themselves."""
    end = Ending(moments[-1].row.line)

    def read(column: str | None, cause: str) -> datetime | None:
        text = moments[-1].get(column)
        instant = times.read(text)
        if text and instant is None:
            end.note(f"unreadable_{cause}", f"{column} is {text!r}; left out")
        elif instant and instant > latest:
            end.note(f"{cause}_differs", f"{column} {text} has not come yet; left out")
            return None
        return instant

    if resolved_at := read(log_map.time.resolved, "resolved"):
        _solve(end, moments, created_at, resolved_at, log_map)
    if closed_at := read(log_map.time.closed, "closed"):
        _close(end, moments, closed_at, log_map)
    return end


def _solve(
    end: Ending, moments: Sequence[Moment], created_at: datetime, resolved_at: datetime, log_map: LogMap
) -> None:
    tail = _done_since(moments)
    if tail < len(moments) and moments[tail].occurred_at == resolved_at:
        return
    told = f"resolved {resolved_at:%Y-%m-%d %H:%M} UTC"
    if any(moment.state and moment.state.category is Category.SOLVED for moment in moments):
        shown = f"solved since line {moments[tail].row.line}" if tail < len(moments) else "unsolved at the end"
        end.note("resolved_differs", f"{told}, but the rows show it {shown}; the rows are taken")
        return
    state = log_map.state.first_of(Category.SOLVED)
    earliest = moments[tail - 1].occurred_at if tail else created_at
    latest = moments[tail].occurred_at if tail < len(moments) else resolved_at
    if state is None or not earliest <= resolved_at <= latest:
        end.note("resolved_differs", f"{told} contradicts the rows; the rows are taken")
        return
    end.solved = Filled(state, resolved_at, tail)
    end.note("solved_by_column", f"no row shows it: {told}")


def _close(end: Ending, moments: Sequence[Moment], closed_at: datetime, log_map: LogMap) -> None:
    known = [moment for moment in moments if moment.state]
    run = list(takewhile(lambda moment: moment.state and moment.state.category is Category.CLOSED, reversed(known)))
    if run and run[-1].occurred_at == closed_at:
        return
    told = f"closed {closed_at:%Y-%m-%d %H:%M} UTC"
    if run:
        shown = f"the rows show it closed since line {run[-1].row.line}"
        end.note("closed_differs", f"{told}, but {shown}; the rows are taken")
        return
    state = log_map.state.first_of(Category.CLOSED)
    earliest = max([moments[-1].occurred_at, *([end.solved.occurred_at] if end.solved else [])])
    if state is None or closed_at < earliest:
        end.note("closed_differs", f"{told}, but rows come after it; the rows are taken")
        return
    end.closed = Filled(state, closed_at, len(moments))
    end.note("closed_by_column", f"no row shows it: {told}")


def _done_since(moments: Sequence[Moment]) -> int:
    """Index of the first row of the final solved or closed run; the number of rows if it does not stand solved."""
    index = len(moments)
    while index and ((state := moments[index - 1].state) is None or state.category.is_done):
        index -= 1
    while index < len(moments) and moments[index].state is None:
        index += 1  # rows of unknown state stand in the state before them
    return index
