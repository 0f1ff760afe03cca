"""Which points are beyond a condition, by hand."""

from datetime import UTC, datetime, timedelta

import pytest

from analytics.alerting.condition import Anomaly, Burn, Condition, Threshold
from analytics.alerting.judge import Chart, Point, fences, firings, judge, judged

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


def chart(*values: float | None) -> Chart:
    """Hours from Monday, each of a slot of its own week."""
    return Chart([Point(MONDAY + i * HOUR, value, (i % 3,)) for i, value in enumerate(values)], is_count=True)


def beyond(condition: Condition, drawn: Chart) -> str:
    """A letter a point: beyond, not, unknown."""
    return "".join({True: "x", False: ".", None: "?"}[verdict.is_beyond] for verdict in judged(condition, drawn))


@pytest.mark.parametrize(
    ("condition", "values", "wanted"),
    [
        (Threshold(kind="threshold", side="above", limit=5), (5, 6, 5, 7), ".x.x"),
        (Threshold(kind="threshold", side="below", limit=5), (5, 4, 5, 0), ".x.x"),
        (Threshold(kind="threshold", side="above", limit=5, back=3), (6, 5, 4, 3, 4, 6), "xxx..x"),
        (Threshold(kind="threshold", side="below", limit=5, back=8), (4, 6, 7, 8, 6), "xxx.."),
        (Threshold(kind="threshold", side="above", limit=5), (6, None, 6, 1), "x?x."),
    ],
)
def test_thresholds_hold_until_the_number_is_back(condition: Threshold, values: tuple[float, ...], wanted: str) -> None:
    assert beyond(condition, chart(*values)) == wanted


def test_a_firing_lasts_through_points_that_say_nothing() -> None:
    (first, second) = firings(judged(Threshold(kind="threshold", side="above", limit=5), chart(1, 6, None, 9, 5, 7)))
    assert (first.first.at, first.first.value, first.ended) == (MONDAY + HOUR, 6, MONDAY + 4 * HOUR)
    assert (second.first.at, second.ended) == (MONDAY + 5 * HOUR, None)


def burnt(*lost: int) -> Chart:
    """Hours in which so many of ten were lost."""
    return Chart([Point(MONDAY + i * HOUR, None, bad=bad, n=10) for i, bad in enumerate(lost)])


def test_a_budget_burns_when_both_looks_say_so() -> None:
    twice = Burn(kind="burn", objective=0.9, factor=2, points=4)
    drawn = burnt(1, 1, 3, 3, 3, 0, 0)
    rates = [verdict.value for verdict in judged(twice, drawn)]
    assert rates == pytest.approx([1, 1, 5 / 3, 2, 2.5, 2.25, 1.5])
    assert beyond(twice, drawn) == "...xx..", "the short look ends it as soon as nothing is lost"


def test_nothing_due_burns_nothing() -> None:
    drawn = Chart([Point(MONDAY, None), Point(MONDAY + HOUR, None, bad=9, n=10)])
    assert beyond(Burn(kind="burn", objective=0.9, factor=2, points=1), drawn) == "?x"


def test_the_unusual_is_unlike_its_own_hour_of_other_weeks() -> None:
    weeks = [[10, 100, 0], [12, 104, 0], [11, 98, 0], [9, 102, 0], [11, 101, 0]]
    drawn = chart(*[value for week in weeks for value in week], 100, 100, 1)
    assert beyond(Anomaly(kind="anomaly", width=1.5), drawn) == "?" * 12 + "..." + "x.."
    assert beyond(Anomaly(kind="anomaly", side="below", width=1.5), drawn)[-3:] == "..."


def test_fences_stand_off_the_middle_half() -> None:
    assert fences([1, 2, 3, 4, 5], 1.5, is_count=False) == (2 - 3, 4 + 3)
    assert fences([4, 4, 4, 4], 2, is_count=True) == (0, 8), "a steady count varies by its root"
    assert fences([0.8] * 4, 1, is_count=False) == pytest.approx((0.76, 0.84))


@pytest.mark.parametrize(
    ("like", "ends", "low", "high", "never"),
    [
        ([4, 4, 4, 4], (0, None), 0, 8, (True, False)),
        ([100, 100, 100, 100], (0, None), 80, 120, (False, False)),
        ([4, 4, 4, 4], (None, None), 0, 8, (False, False)),
        ([-4, -2, 0, 3], (None, None), -9, 7.25, (False, False)),
        ([0.97, 0.98, 0.99, 1.0], (0, 1), 0.879, 1, (False, True)),
    ],
)
def test_the_usual_ends_where_its_numbers_do_and_says_so(
    like: list[float], ends: tuple[float | None, float | None], low: float, high: float, never: tuple[bool, bool]
) -> None:
    points = [Point(MONDAY + i * HOUR, value) for i, value in enumerate([*like, like[0]])]
    drawn = Chart(points, is_count=ends[1] is None, least=ends[0], most=ends[1])
    found = judge(Anomaly(kind="anomaly", width=2), drawn, 4, is_firing=False)
    assert (found.low, found.high) == pytest.approx((low, high))
    assert (found.is_never_low, found.is_never_high) == never
