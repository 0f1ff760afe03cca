"""Business time over whole columns: what `app.sla.calendar` says, for a million tickets at once.

Columns are int64 microseconds since 1970 in UTC, such as `series.dt.epoch("us").to_numpy()` of Polars or
`stamps.astype("datetime64[us]").astype("int64")` of NumPy.
"""

import numpy as np
from numpy.typing import NDArray

from core.calendar import Calendar, Timeline
from core.calendar.local import SECOND

Micros = NDArray[np.int64]

_YEAR = 366 * 86_400 * SECOND
"""Most budgets are used up within a year."""

NEVER = np.iinfo(np.int64).min
"""In a column of due times: never, which `add_business` calls None."""


def business_micros_of(calendar: Calendar, starts: Micros, ends: Micros) -> Micros:
    """The open time between two columns of instants, row by row."""
    if not len(starts):
        return np.empty(0, np.int64)
    low, high = min(starts.min(), ends.min()), max(starts.max(), ends.max())
    line = calendar.line.covering(int(low), int(high))
    edges, before = np.asarray(line.edges, np.int64), np.asarray(line.open_before, np.int64)
    return _open_until(edges, before, ends) - _open_until(edges, before, starts)


def add_business_of(calendar: Calendar, starts: Micros, budgets: Micros) -> Micros:
    """The due instants of a column of budgets (0 or more, in microseconds), row by row; NEVER where there is none."""
    if (budgets < 0).any():
        raise ValueError("Budgets in a column are not negative; ask add_business for those.")
    due = np.full(len(starts), NEVER, np.int64)
    if not len(starts):
        return due
    line = calendar.line.covering(int(starts.min()), int(starts.max()) + _YEAR)
    found, rows = _due(line, starts, budgets)
    due[rows] = found
    for row in np.flatnonzero(due == NEVER):  # beyond the years laid out: few, and they make the calendar grow
        one = calendar.line.moved(int(starts[row]), int(budgets[row]))
        due[row] = NEVER if one is None else one
    return due


def _open_until(edges: Micros, before: Micros, instants: Micros) -> Micros:
    if not len(edges):
        return np.zeros(len(instants), np.int64)
    passed = np.searchsorted(edges, instants, side="right")
    last = np.maximum(passed - 1, 0)
    inside = np.where(passed % 2 == 1, instants - edges[last], 0)
    return np.where(passed == 0, 0, before[last] + inside)


def _due(line: Timeline, starts: Micros, budgets: Micros) -> tuple[Micros, NDArray[np.intp]]:
    """Due instants, and the rows that have one on this line; see `Timeline.after`."""
    edges, before = np.asarray(line.edges, np.int64), np.asarray(line.open_before, np.int64)
    totals = _open_until(edges, before, starts) + budgets
    closings = np.searchsorted(np.asarray(line.at_closing, np.int64), totals, side="left")
    n = np.maximum(closings, np.searchsorted(edges, starts, side="left") // 2)
    rows = np.flatnonzero(n < len(line.at_closing))
    opening = 2 * n[rows]
    return edges[opening] + totals[rows] - before[opening], rows
