"""The rows of one case as moments in order: each with its instant, its state if known, and what had to be put right."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from app.imports.cases import Note, RawCase, Row
from app.imports.map import LogMap, StateValue
from app.imports.times import TimeReader, in_line

AHEAD = timedelta(seconds=2)
"""How far a log's clock may be ahead of ours (METRICS.md 2.4)."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A row that can be placed in time. `state` is None where the row does not tell."""

    row: Row
    occurred_at: datetime
    state: StateValue | None
    number: int | None

    def get(self, column: str | None) -> str | None:
        """What stands in a column of the map."""
        row = self.row
        return row.cells[row.layout[column]]


class Sorter:
    """Places rows in time, under one map."""

    def __init__(self, log_map: LogMap, times: TimeReader, now: datetime) -> None:
        self.map = log_map
        self.times = times
        self.latest = now + AHEAD
        self._updated, self._number_column = log_map.time.updated, log_map.time.number
        self._state_column, self._states = log_map.state.column, log_map.state.values

    def moments(self, case: RawCase) -> tuple[list[Moment], list[Note]]:
        """The case's moments in order, and notes about every row that was refused, doubled or moved."""
        notes: list[Note] = []
        seen: dict[tuple[str | None, ...], Row] = {}
        placed: list[Moment] = []
        for row, previous in zip(case.rows, (None, *case.rows), strict=False):
            first = seen.setdefault(row.cells, row)
            if first is not row and first.fields == row.fields and not self._came_back(row, previous):
                notes.append(Note(row.line, case.id, "noted", "duplicate", f"the same as line {first.line}"))
                continue
            found = self._place(row, case.id, notes)
            if found:
                placed.append(found)
        return self._in_order(placed, case.id, notes), notes

    def _came_back(self, row: Row, previous: Row | None) -> bool:
        """Whether a row that looks like an earlier one is news: there and back within one tick of the log's clock."""
        if previous is None or previous.fields == row.fields:
            return False
        return previous.get(self._updated) == row.get(self._updated)

    def _place(self, row: Row, case_id: str, notes: list[Note]) -> Moment | None:
        text = row.get(self._updated)
        occurred_at = self.times.read(text)
        if occurred_at is None:
            detail = f"{self._updated} is {text!r}" if text else f"{self._updated} is empty"
            notes.append(Note(row.line, case_id, "refused", "unreadable_time", detail))
            return None
        if occurred_at > self.latest:
            notes.append(Note(row.line, case_id, "refused", "in_the_future", f"{text} has not come yet"))
            return None
        text = row.get(self._state_column)
        state = self._states.get(text) if text else None
        if state is None:
            refuse = self.map.state.unknown == "refuse"
            told = f"{text!r} is not in the map" if text else "the state is empty"
            handled = "row left out" if refuse else "the state before it is kept"
            severity = "refused" if refuse else "noted"
            notes.append(Note(row.line, case_id, severity, "unknown_state", f"{told}; {handled}"))
            if refuse:
                return None
        return Moment(row, occurred_at, state, self._number(row, case_id, notes))

    def _number(self, row: Row, case_id: str, notes: list[Note]) -> int | None:
        if self._number_column is None:
            return None
        text = row.get(self._number_column)
        try:
            return int(text or "")
        except ValueError:
            told = f"{self._number_column} is {text!r}; the case is sorted by time"
            notes.append(Note(row.line, case_id, "noted", "unreadable_number", told))
            return None

    def _in_order(self, placed: list[Moment], case_id: str, notes: list[Note]) -> list[Moment]:
        """By update number if there is one (times are then bent to it as little as can be), else by time."""
        by_number = self._number_column is not None and all(m.number is not None for m in placed)
        if _is_in_order(placed, by_number=by_number):
            return placed
        ordered = sorted(placed, key=(lambda m: m.number or 0) if by_number else (lambda m: m.occurred_at))
        notes.extend(
            Note(
                moment.row.line, case_id, "noted", "out_of_order", f"stands after line {other.row.line}, came before it"
            )
            for other, moment in _swapped(ordered)
        )
        line = in_line([moment.occurred_at for moment in ordered]) if by_number else None
        for index, moved_to in enumerate(line or ()):
            moment = ordered[index]
            if moment.occurred_at != moved_to:
                told = f"recorded {moment.occurred_at:%Y-%m-%d %H:%M:%S} UTC, taken as {moved_to:%Y-%m-%d %H:%M:%S} UTC"
                notes.append(Note(moment.row.line, case_id, "noted", "time_goes_back", told))
                ordered[index] = replace(moment, occurred_at=moved_to)
        return ordered


def _is_in_order(placed: Sequence[Moment], *, by_number: bool) -> bool:
    """Whether the file's order is already right, as it nearly always is."""
    return all(
        one.occurred_at <= other.occurred_at and (not by_number or (one.number or 0) <= (other.number or 0))
        for one, other in pairwise(placed)
    )


def _swapped(ordered: Sequence[Moment]) -> list[tuple[Moment, Moment]]:
    """(later line, row) for each row that stands in the file behind a row that came after it."""
    swapped = []
    lowest: Moment | None = None
    for moment in reversed(ordered):
        if lowest is not None and lowest.row.line < moment.row.line:
            swapped.append((lowest, moment))
        else:
            lowest = moment
    return swapped[::-1]
