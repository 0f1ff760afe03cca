"""Business time against a model that walks from minute to minute, on 100,000 seeded cases and on shrinkable ones."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from random import Random

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.sla.calendar import add_business_micros, business_micros, is_open, open_segments
from app.sla.calendar_columns import NEVER, add_business_of, business_micros_of
from core.calendar import Calendar
from core.calendar.local import micros
from tests.sla.generated import DAYS, ZONES, calendar
from tests.sla.minutes import MINUTE, Minutes, Walk

WINDOWS = [(zone, first) for zone, firsts in ZONES.items() for first in firsts]
CALENDARS_A_WINDOW = 10
CASES_A_CALENDAR = 840
MARGIN = 3 * 1440 * MINUTE
"""Cases keep away from the ends of a window, which the model cannot see beyond."""


@cache
def window(zone: str, first: date) -> Minutes:
    return Minutes(zone, first, DAYS)


def cases(dice: Random, count: int) -> Iterator[tuple[int, int, int]]:
    """Start, end and budget; a third at whole minutes, so that edges are hit, the others to the microsecond."""
    for _ in range(count):
        grain = dice.choice((MINUTE, 1_000_000, 1))
        low, high = MARGIN // grain, (DAYS * 1440 * MINUTE - MARGIN) // grain
        start, end = (dice.randrange(low, high) * grain for _ in range(2))
        yield start, end, dice.randrange(0, 12 * 60 * MINUTE // grain) * grain


@pytest.mark.parametrize(("zone", "first"), WINDOWS)
def test_a_hundred_thousand_cases_agree_with_the_minutes(zone: str, first: date) -> None:
    dice, minutes = Random(f"{zone} {first}"), window(zone, first)
    origin = micros(minutes.start)
    for _ in range(CALENDARS_A_WINDOW):
        made = calendar(dice, zone, first)
        walk = Walk(minutes.open_minutes(made))
        drawn = np.array(list(cases(dice, CASES_A_CALENDAR)), np.int64)
        starts, ends, budgets = drawn.T
        between = business_micros_of(made, starts + origin, ends + origin)
        due = add_business_of(made, starts + origin, budgets)
        for n, (start, end, budget) in enumerate(drawn.tolist()):
            then, until = minutes.instant(start), minutes.instant(end)
            expected = walk.between(start, end)
            assert business_micros(made, then, until) == expected == between[n]
            found = add_business_micros(made, then, budget)
            assert (NEVER if found is None else micros(found)) == due[n]
            if (reached := walk.counted_off(start, budget)) is not None:
                assert due[n] - origin == reached


@given(seed=st.integers(0, 10**9), place=st.sampled_from(WINDOWS), at=st.data())
def test_shrinkable_cases_agree_too(seed: int, place: tuple[str, date], at: st.DataObject) -> None:
    minutes, made = window(*place), calendar(Random(seed), *place)
    walk = Walk(minutes.open_minutes(made))
    inside = st.integers(MARGIN, DAYS * 1440 * MINUTE - MARGIN)
    start, end = sorted((at.draw(inside), at.draw(inside)))
    then, until = minutes.instant(start), minutes.instant(end)
    assert business_micros(made, then, until) == walk.between(start, end)
    segments = open_segments(made, then, until)
    assert sum(micros(s.end) - micros(s.start) for s in segments) == walk.between(start, end)
    assert is_open(made, then) is walk.is_open[start // MINUTE]
    budget = at.draw(st.integers(0, 20 * 60 * MINUTE))
    due = walk.due(start, budget)
    assert due == walk.counted_off(start, budget)
    assume(due is not None)
    assert add_business_micros(made, then, budget) == minutes.instant(due or 0)


@given(seed=st.integers(0, 10**9), place=st.sampled_from(WINDOWS), at=st.data())
def test_spans_add_up_and_budgets_undo_them(seed: int, place: tuple[str, date], at: st.DataObject) -> None:
    made, minutes = calendar(Random(seed), *place), window(*place)
    inside = st.integers(0, DAYS * 1440 * MINUTE)
    a, b, c = (minutes.instant(at.draw(inside)) for _ in range(3))
    assert business_micros(made, a, b) + business_micros(made, b, c) == business_micros(made, a, c)
    budget = at.draw(st.integers(1, 10**12))
    due = add_business_micros(made, a, budget)
    if due is not None:
        assert business_micros(made, a, due) == budget
        back = add_business_micros(made, due, -budget)
        assert back is not None
        assert back >= a
        assert business_micros(made, a, back) == 0


def test_a_column_knows_what_never_comes() -> None:
    starts = np.zeros(2, np.int64)
    assert add_business_of(Calendar("UTC"), starts, np.array([0, 5])).tolist() == [NEVER, NEVER]
    assert business_micros_of(Calendar("UTC"), starts, starts + 5).tolist() == [0, 0]
