"""How many people tickets need in the weeks to come: arrivals from the lake, lived through in a simulation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from analytics.forecast.answer import Arrivals, arrivals
from analytics.forecast.model import repeated
from analytics.forecast.series import Floats, Periods, Series
from analytics.measure_answer import Readable, measure
from analytics.measure_names import Where
from analytics.measure_window import Instant
from analytics.staffing.backlog import Discipline, Handling, Kind, Outcome, Plan, Story, live, stories
from analytics.staffing.shifts import SLOT_MINUTES, week_of
from core.actor import ALL, Scope
from core.errors import Invalid

MOST_PEOPLE = 512
MOST_TICKETS = 100_000
"""In all runs together: eight simulations look for the fewest people, and somebody waits for them."""
SLOTS_AN_HOUR = 60 // SLOT_MINUTES


@dataclass(frozen=True, slots=True)
class Staffing:
    """What the shifts give, and the fewest people at work at all times of the shifts that keep the promise.

    `fewest` is None if not even MOST_PEOPLE do. `reason` is why arrivals repeat last week rather than follow a
    forecast.
    """

    outcome: Outcome
    expected: float
    opening: int
    fewest: int | None
    fewest_outcome: Outcome | None
    reason: str | None


def staff_tickets(
    *,
    shifts: str,
    handling: Handling,
    kinds: tuple[Kind, ...],
    share: float = 0.9,
    confidence: float = 0.8,
    weeks: int = 2,
    opening: int | None = None,
    discipline: Discipline = "due",
    is_business_time: bool = True,
    runs: int = 50,
    seed: int = 0,
    where: Where | None = None,
    as_of: Instant | None = None,
    holidays: Mapping[date, str] | None = None,
    scope: Scope = ALL,
    timezone: str = "UTC",
    lake: Readable,
) -> Staffing:
    """Required agents for tickets (METRICS.md 115): P(attainment ≥ `share`) with these shifts in the weeks after today.

    Arrivals follow the forecast by hour; where there is none worth showing, every week is as last week was, and the
    answer says so. The backlog of today is there at the start, unless `opening` says otherwise.
    """
    if opening is None:
        standing = measure("backlog", where=where, as_of=as_of, scope=scope, timezone=timezone, lake=lake)
        opening = int(standing.item())
    coming = arrivals(
        grain="hour", weeks=weeks, where=where, as_of=as_of, holidays=holidays, scope=scope, timezone=timezone,
        lake=lake,
    )  # fmt: skip
    by_hour, slots = _expected(coming), coming.forecast.ahead.slots
    quarters = np.repeat(by_hour / SLOTS_AN_HOUR, SLOTS_AN_HOUR)
    place = np.repeat(slots * SLOTS_AN_HOUR, SLOTS_AN_HOUR) + np.tile(np.arange(SLOTS_AN_HOUR), len(slots))
    people = week_of(shifts)[place]
    if runs * (by_hour.sum() + opening) > MOST_TICKETS:
        raise Invalid(f"That is more than {MOST_TICKETS:,} tickets in {runs} runs; ask for fewer or a shorter time.")
    plan = Plan(quarters, people, handling, kinds, opening, discipline, is_business_time)
    told = stories(plan, runs=runs, seed=seed)
    fewest, best = _fewest(plan, share, confidence, told)
    outcome = live(plan, told)
    return Staffing(outcome, float(by_hour.sum()), opening, fewest, best, coming.forecast.reason)


def _expected(coming: Arrivals) -> Floats:
    """Tickets by hour: as forecast, or else as last week; none as long as there was no whole week yet."""
    if coming.forecast.mean is not None:
        return coming.forecast.mean
    known = Periods.of(coming.history["period"].to_list(), hourly=True)
    series = Series.of(known, coming.history["tickets_created"].to_numpy())
    if not series.weeks:
        return np.zeros(len(coming.forecast.ahead))
    return repeated(series).predict(coming.forecast.ahead)


def _fewest(plan: Plan, share: float, confidence: float, told: Sequence[Story]) -> tuple[int | None, Outcome | None]:
    """The fewest people at work whenever anybody is, looked for from as many as there is work for."""
    at_work = np.asarray(plan.agents) > 0

    def with_people(n: int) -> Outcome:
        return live(replace(plan, agents=np.where(at_work, n, 0)), told)

    few, many = 0, _about(told, int(at_work.sum()))
    while (best := with_people(many)).p_attained(share) < confidence:
        if many >= MOST_PEOPLE:
            return None, None
        few, many = many, 2 * many
    while many - few > 1:
        middle = (few + many) // 2
        found = with_people(middle)
        if found.p_attained(share) >= confidence:
            many, best = middle, found
        else:
            few = middle
    return many, best


def _about(told: Sequence[Story], open_slots: int) -> int:
    """How many have work at all times: where to begin to look."""
    work = float(np.mean([sum(story.works) for story in told]))
    return min(max(round(work / max(open_slots * SLOT_MINUTES * 60, 1)), 1), MOST_PEOPLE)
