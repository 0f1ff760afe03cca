"""How tickets flow, read from the lake: `process`, `little`, `efficiency`, `cumulative` and `ageing`."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal, Unpack

import numpy as np
import polars as pl

from analytics import zones
from analytics.flow import process as mined
from analytics.flow import spans
from analytics.flow.balance import Balance, balance, spells
from analytics.flow.visits import visits
from analytics.measure_answer import Readable
from analytics.measure_dimensions import DIMENSIONS
from analytics.measure_grid import MOST_CELLS
from analytics.measure_known import names_of
from analytics.measure_names import Where, labelled
from analytics.measure_question import Question, grain_of
from analytics.measure_window import Instant
from analytics.population import Looking, asking, chosen, looked_until, window_of
from core.actor import ALL, Scope
from core.errors import Invalid

Activity = Literal["state", "category", "queue", "agent"]
ACTIVITIES = ("state", "category", "queue", "agent")
ABOUT = "Flow"
LOOK_BACK = timedelta(days=90)
"""How far back visits are compared with, and windows reach that are not said."""
STACK = ("NEW", "OPEN", "PENDING", "HOLD", "SOLVED", "CLOSED")


@dataclass(frozen=True, slots=True)
class Process:
    """What was mined from the tickets created in a window. Frames speak of ids; `names` has what people call them."""

    tickets: int
    transitions: pl.DataFrame
    ends: pl.DataFrame
    variants: pl.DataFrame
    rework: pl.DataFrame
    ping_pong: pl.DataFrame
    sojourn: pl.DataFrame
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Efficiency:
    """Of the tickets that stand solved: the share of unsolved time in which it was our turn (NEW and OPEN)."""

    tickets: int
    ours_seconds: int
    all_seconds: int
    median_share: float | None

    @property
    def share(self) -> float | None:
        """Of all their time together."""
        return self.ours_seconds / self.all_seconds if self.all_seconds else None


def process(*, lake: Readable, activity: Activity = "state", **asked: Unpack[Looking]) -> Process:
    """How the tickets created in [since, until) went from state to state, queue to queue or hand to hand.

    Handovers (`activity="agent"`) leave out the time in nobody's hands: from Ana to nobody to Bo is a handover to Bo.
    """
    with asking(lake, about=ABOUT, **asked) as question:
        end, log = looked_until(question), log_of(question, activity)
        directory, ids = DIMENSIONS[activity].directory, set(log["activity"].unique())
        names = names_of(question.known, directory, ids, question.cursor) if directory else {}
    return Process(
        log["ticket_id"].n_unique(),
        mined.transitions(log),
        mined.ends(log),
        mined.variants(log),
        mined.rework(log),
        mined.ping_pong(log),
        mined.sojourn(log.with_columns(seen=pl.lit(end))),
        {value: names.get(value, value) for value in ids},
    )


def log_of(question: Question, activity: str) -> pl.DataFrame:
    """The visits of the tickets created in the window (visits.py)."""
    if activity not in ACTIVITIES:
        raise Invalid(f"Flow goes by {', '.join(ACTIVITIES)}.", activity=activity)
    shape = chosen(question)
    return visits(question.run(spans.of_cohort(shape, activity), shape.wall, end_of_looking=looked_until(question)))


def little(*, lake: Readable, **asked: Unpack[Looking]) -> Balance:
    """Little's law over [since, until), or the last 90 days (METRICS.md 13). Filters are by the values of the time."""
    with asking(lake, about=ABOUT, **asked) as question:
        shape = chosen(question, complete_only=False)
        start, end = window_of(question, LOOK_BACK)
        values = {"since": start, "end_of_looking": end}
        stays = spells(question.run(spans.unsolved(shape), shape.wall, **values))
        held = question.run(spans.stock(shape), shape.wall, **values).item()
    stays = stays.filter((pl.col("until") > start) | pl.col("until").is_null())
    return balance(stays, (held or 0.0) / 1e6, start, end)


def efficiency(*, lake: Readable, **asked: Unpack[Looking]) -> Efficiency:
    """Flow efficiency of the tickets whose standing solve falls in the window, by the values at it (METRICS.md 12)."""
    with asking(lake, about=ABOUT, **asked) as question:
        shape = chosen(question)
        found = question.run(spans.worked_and_waited(shape), shape.wall)
    shares = found.filter(pl.col("all") > 0).select(pl.col("ours") / pl.col("all")).to_series()
    median = shares.median()
    return Efficiency(
        len(found),
        int(found["ours"].sum()),
        int(found["all"].sum()),
        float(median) if isinstance(median, float) else None,
    )


def cumulative(*, lake: Readable, grain: str = "day", **asked: Unpack[Looking]) -> pl.DataFrame:
    """The cumulative flow diagram: how many tickets stand in each category at the end of each period (METRICS.md 14).

    Columns: period, NEW, OPEN, PENDING, HOLD, SOLVED, CLOSED. What is merged leaves the stack.
    """
    cut = grain_of(grain)
    if cut is None:
        raise Invalid("A cumulative flow has a grain.")
    with asking(lake, about=ABOUT, **asked) as question:
        shape = chosen(question, complete_only=False)
        start, end = window_of(question, LOOK_BACK)
        zone = zones.offsets(question.timezone, start.year, end.year)
        numbers = [zones.number_of(instant, cut, zone) for instant in (start, end - timedelta(microseconds=1))]
        if numbers[1] - numbers[0] > MOST_CELLS // 1000:
            raise Invalid("That are too many periods; ask for a shorter time or a coarser grain.")
        periods = zones.periods(cut, zone, *numbers)
        steps = question.run(
            spans.levels(shape, cut, zone), shape.wall, since=start, end_of_looking=end
        )  # fmt: skip
    starts = pl.Series([max(period.start, start) for period in periods], dtype=pl.Datetime("us", "UTC"))
    columns = {category: _stack(steps, category, periods) for category in STACK}
    return pl.DataFrame({"period": starts.dt.convert_time_zone(question.timezone), **columns})


def ageing(
    *,
    where: Where | None = None,
    as_of: Instant | None = None,
    scope: Scope = ALL,
    timezone: str = "UTC",
    lake: Readable,
) -> pl.DataFrame:
    """Work in progress, the most overdue to move first: how old it is, how long in its state, and how unusual that is.

    `slower_than` is the share of visits to that state, ended in the 90 days before, that were shorter: at 0.85 look at
    it. Null where none has ended. Filters are by today's values (those of `as_of`).
    """
    with asking(lake, where=where, as_of=as_of, scope=scope, timezone=timezone, about=ABOUT) as question:
        shape, end = chosen(question, complete_only=False), looked_until(question)
        found = question.run(spans.standing(shape), shape.wall, end_of_looking=end)
        past = replace(chosen(question), has_since=True)
        known = question.run(spans.finished(past), past.wall, since=end - LOOK_BACK)
        splits = [DIMENSIONS[name] for name in ("state", "queue", "agent", "priority")]
        found = labelled(found, splits, question.known, question.cursor)
    times = ("created_at", "in_state_since")
    local = [pl.col(name).dt.replace_time_zone("UTC").dt.convert_time_zone(timezone) for name in times]
    found = found.with_columns(*local, slower_than=_unusual(found, known))
    return found.sort(["slower_than", "age_seconds"], descending=True, nulls_last=True)


def _unusual(standing: pl.DataFrame, finished: pl.DataFrame) -> pl.Series:
    """The share of finished visits to the same state that were shorter."""
    by_state = {str(state): own for (state,), own in finished.group_by("state_id", maintain_order=True)}
    shares: list[float | None] = []
    for state, seconds in standing.select("state_id", "state_seconds").iter_rows():
        own = by_state.get(state)
        if own is None:
            shares.append(None)
            continue
        shorter = int(np.searchsorted(own["seconds"].to_numpy(), seconds, side="left"))
        shares.append(int(own["n"].head(shorter).sum()) / int(own["n"].sum()))
    return pl.Series(shares, dtype=pl.Float64)


def _stack(steps: pl.DataFrame, category: str, periods: list[zones.Period]) -> pl.Series:
    own = dict(steps.filter(pl.col("category") == category).select("period_number", "delta").iter_rows())
    changes = np.array([own.get(period.number, 0) for period in periods], dtype=np.int64)
    return pl.Series(own.get(-1, 0) + changes.cumsum(), dtype=pl.Int64)
