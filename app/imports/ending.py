"""What the columns "resolved at" and "closed at" tell of a case whose rows do not show it.

Rows win over columns: a column only fills a gap that the rows leave, and whatever it contradicts is noted. Logs
carry these columns either as they stood at each row or, exported afterwards, with the final value in every row;
the last row has the final value in both.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

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


def ending(moments: Sequence[Moment], created_at: datetime, log_map: LogMap, times: TimeReader) -> Ending:
    """How the case ended, by its columns, as far as its rows do not say so themselves."""
    end = Ending(moments[-1].row.line)
    categories = [moment.state.category if moment.state else None for moment in moments]
    _solve(end, moments, categories, created_at, log_map, times)
    _close(end, moments, categories, log_map, times)
    return end


def _solve(
    end: Ending,
    moments: Sequence[Moment],
    categories: Sequence[Category | None],
    created_at: datetime,
    log_map: LogMap,
    times: TimeReader,
) -> None:
    text = moments[-1].get(log_map.time.resolved)
    resolved_at = _read(text, "unreadable_resolved", log_map.time.resolved, end, times)
    if resolved_at is None:
        return
    tail = _done_since(categories)
    if Category.SOLVED in categories:
        if tail == len(moments):
            end.notes.append(
                ("resolved_differs", f"resolved {text}, but the last row stands unsolved; the rows are taken")
            )
        elif moments[tail].occurred_at != resolved_at:
            told = (
                f"resolved {text}, but the rows show it solved since line {moments[tail].row.line}; the rows are taken"
            )
            end.notes.append(("resolved_differs", told))
        return
    state = log_map.state.first_of(Category.SOLVED)
    earliest = moments[tail - 1].occurred_at if tail else created_at
    latest = moments[tail].occurred_at if tail < len(moments) else None
    if state is None or resolved_at < earliest or (latest is not None and resolved_at > latest):
        end.notes.append(("resolved_differs", f"resolved {text} contradicts the rows; the rows are taken"))
        return
    end.solved = Filled(state, resolved_at, tail)
    end.notes.append(("solved_by_column", f"no row shows it: solved at {text}"))


def _close(
    end: Ending,
    moments: Sequence[Moment],
    categories: Sequence[Category | None],
    log_map: LogMap,
    times: TimeReader,
) -> None:
    text = moments[-1].get(log_map.time.closed)
    closed_at = _read(text, "unreadable_closed", log_map.time.closed, end, times)
    last = next((category for category in reversed(categories) if category), None)
    if closed_at is None or last is Category.CLOSED:
        return
    state = log_map.state.first_of(Category.CLOSED)
    earliest = max(moments[-1].occurred_at, end.solved.occurred_at if end.solved else moments[-1].occurred_at)
    if state is None or closed_at < earliest:
        end.notes.append(("closed_differs", f"closed {text}, but rows come after it; the rows are taken"))
        return
    end.closed = Filled(state, closed_at, len(moments))
    end.notes.append(("closed_by_column", f"no row shows it: closed at {text}"))


def _read(text: str | None, cause: str, column: str | None, end: Ending, times: TimeReader) -> datetime | None:
    instant = times.read(text)
    if text and instant is None:
        end.notes.append((cause, f"{column} is {text!r}; left out"))
    return instant


def _done_since(categories: Sequence[Category | None]) -> int:
    """Index of the first row of the final solved or closed run; the number of rows if it does not stand solved."""
    known = [category is not None and category.is_done for category in _carried(categories)]
    index = len(known)
    while index and known[index - 1]:
        index -= 1
    return index


def _carried(categories: Sequence[Category | None]) -> list[Category | None]:
    """Rows of unknown state stand in the state before them."""
    carried: list[Category | None] = []
    for category in categories:
        carried.append(category or (carried[-1] if carried else None))
    return carried
