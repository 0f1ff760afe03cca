"""Kaplan-Meier and log-rank: the vector of METRICS.md 3, the traps at the ends, and lifelines on many samples."""

import math
import os

import numpy as np
import pytest
from numpy.random import Generator, default_rng

from analytics.survival import Curve, kaplan_meier, log_rank

SAMPLES = int(os.environ.get("LIFELINES_SAMPLES", "30"))
"""Each costs lifelines 10 ms; with 1000 the promise of the catalogue is checked whole."""

of_lifelines = pytest.mark.filterwarnings("ignore")

VECTOR = [2, 3, 3, 5, 8, 8, 13, 20, 30, 40], [1, 1, 0, 1, 0, 1, 1, 0, 0, 1]


def test_the_vector_of_the_catalogue() -> None:
    curve = kaplan_meier(*VECTOR)
    left = dict(zip(curve.seconds[curve.ended > 0], curve.survival[curve.ended > 0].round(4), strict=True))
    assert left == {2: 0.9, 3: 0.8, 5: 0.6857, 8: 0.5714, 13: 0.4286, 40: 0}
    assert curve.quantile(0.5).seconds == 13
    assert np.median([t for t, ended in zip(*VECTOR, strict=True) if ended]) == 6.5


def test_what_was_not_reached_is_longer_than_the_longest_look() -> None:
    median = kaplan_meier([5, 9, 41], [1, 0, 0]).quantile(0.5)
    assert (median.seconds, median.high, median.longest) == (None, None, 41)


def test_nobody_knows_what_happens_after_the_longest_look() -> None:
    curve = kaplan_meier([5, 9, 41], [1, 0, 0])
    assert curve.reached_by(41).value == pytest.approx(1 / 3)
    assert curve.reached_by(42) is None
    assert curve.reached_by(4).value == 0


def test_when_all_are_over_they_stay_over() -> None:
    assert kaplan_meier([5, 9], [1, 1]).reached_by(1000).value == 1


def test_without_any_there_is_no_answer() -> None:
    nothing = kaplan_meier([], [])
    assert (nothing.n, nothing.quantile(0.5).seconds, nothing.reached_by(1)) == (0, None, None)
    assert log_rank([nothing, kaplan_meier(*VECTOR)]) is None


def test_those_at_risk_are_counted_right_before_an_instant() -> None:
    assert kaplan_meier(*VECTOR).standing([0, 3, 3.5, 40, 41]).tolist() == [10, 9, 7, 1, 0]


def test_equal_groups_have_equal_ranks() -> None:
    found = log_rank([kaplan_meier(*VECTOR)] * 2)
    assert (found.statistic, found.degrees, found.p) == (pytest.approx(0, abs=1e-20), 1, pytest.approx(1))


@pytest.fixture(scope="module")
def chance() -> Generator:
    return default_rng(20260105)


def _sample(chance: Generator, most: int = 12) -> tuple[list[float], list[bool]]:
    """A few durations with ties, some of them censored."""
    n = int(chance.integers(1, most))
    return chance.integers(0, 15, n).astype(float).tolist(), (chance.random(n) < chance.random()).tolist()


def _line(curve: Curve, values: np.ndarray, times: np.ndarray) -> list[float]:
    """A step function at these times; 1 before its first step."""
    return [float(np.append(1.0, values)[np.searchsorted(curve.seconds, t, side="right")]) for t in times]


@of_lifelines
def test_samples_by_chance_say_what_lifelines_says(chance: Generator) -> None:
    from lifelines import KaplanMeierFitter

    for _ in range(SAMPLES):
        seconds, ended = _sample(chance)
        theirs, ours = KaplanMeierFitter().fit(seconds, ended), kaplan_meier(seconds, ended)
        times = theirs.survival_function_.index.to_numpy()
        assert _line(ours, ours.survival, times) == pytest.approx(theirs.survival_function_.iloc[:, 0].tolist())
        for side, column in zip(ours.band, theirs.confidence_interval_, strict=True):
            assert _line(ours, side, times) == pytest.approx(theirs.confidence_interval_[column].tolist(), nan_ok=True)
        assert ours.standing(times).tolist() == theirs.event_table["at_risk"].tolist()
        median = ours.quantile(0.5).seconds
        if not np.isclose(theirs.survival_function_.iloc[:, 0], 0.5, atol=1e-9).any():  # there they round either way
            assert (math.inf if median is None else median) == theirs.median_survival_time_


@of_lifelines
def test_groups_differ_as_lifelines_says(chance: Generator) -> None:
    from lifelines.statistics import multivariate_logrank_test

    compared = 0
    for _ in range(SAMPLES):
        groups = [_sample(chance, 20) for _ in range(int(chance.integers(2, 5)))]
        if sum(sum(ended) for _, ended in groups) < 3:
            continue
        names = [name for name, (seconds, _) in enumerate(groups) for _ in seconds]
        theirs = multivariate_logrank_test(
            [t for seconds, _ in groups for t in seconds], names, [e for _, ended in groups for e in ended]
        )
        ours = log_rank([kaplan_meier(*group) for group in groups])
        if np.isfinite(theirs.test_statistic):
            compared += 1
            assert (ours.statistic, ours.p) == pytest.approx((theirs.test_statistic, theirs.p_value), abs=1e-8)
    assert compared > SAMPLES / 2
