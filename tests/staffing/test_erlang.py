"""Erlang C and A: the vectors of METRICS.md 3, balance equations, limits, and the fewest agents that suffice."""

import math
from itertools import accumulate

import numpy as np
import pytest

from analytics.staffing import Load, erlang_a, erlang_c, required, staffing_gap
from core.errors import Invalid

LOAD = Load(per_hour=200, handle_seconds=180)


def test_the_vector_of_erlang_c() -> None:
    found = erlang_c(LOAD, 14, within=20)
    assert (found.p_wait, found.within, found.wait_seconds, found.occupancy) == pytest.approx(
        (0.174132, 0.888350, 7.836, 0.714286), abs=1e-4
    )


@pytest.mark.parametrize(
    ("agents", "vector"),
    [
        (12, (0.279807, 0.061597, 7.3917, 0.7820)),
        (10, (0.496853, 0.137464, 16.4957, 0.8625)),
        (9, (0.613307, 0.192156, 23.0587, 0.8976)),
    ],
)
def test_the_vectors_of_erlang_a(agents: int, vector: tuple[float, ...]) -> None:
    found = erlang_a(LOAD, agents, within=20, patience=120)
    assert (found.p_wait, found.p_abandon, found.wait_seconds, found.occupancy) == pytest.approx(vector, abs=5e-5)


def balanced(load: Load, agents: int, patience: float) -> tuple[float, float, float]:
    """Waiting, giving up and mean wait from the chances of k contacts in the house: flows up and down are equal."""
    leaving = (min(k, agents) / load.handle_seconds + max(k - agents, 0) / patience for k in range(1, 3000))
    chances = np.array(list(accumulate(leaving, lambda chance, rate: chance * load.per_second / rate, initial=1.0)))
    chances /= chances.sum()
    queue = float(chances[agents:] @ np.arange(len(chances) - agents))
    return float(chances[agents:].sum()), queue / patience / load.per_second, queue / load.per_second


@pytest.mark.parametrize(("agents", "patience"), [(3, 30), (12, 120), (11, 3), (9, 900), (20, 120)])
def test_erlang_a_balances(agents: int, patience: float) -> None:
    found = erlang_a(LOAD, agents, 20, patience)
    assert (found.p_wait, found.p_abandon, found.wait_seconds) == pytest.approx(balanced(LOAD, agents, patience))


def test_answered_in_time_is_what_a_thousand_lives_show() -> None:
    """Who comes is answered if the work before them ends before their patience does."""
    chance, agents, n = np.random.default_rng(3), 10, 40_000
    arrivals = np.cumsum(chance.exponential(1 / LOAD.per_second, n)).tolist()
    works, patience = chance.exponential(180, n).tolist(), chance.exponential(120, n).tolist()
    free = [0.0] * agents
    in_time = 0
    for came, work, patient in zip(arrivals, works, patience, strict=True):
        first = min(range(agents), key=free.__getitem__)
        wait = max(free[first] - came, 0.0)
        if wait <= patient:
            free[first] = came + wait + work
            in_time += wait <= 20
    assert in_time / n == pytest.approx(erlang_a(LOAD, agents, 20, 120).within, abs=0.012)


def test_endless_patience_is_erlang_c() -> None:
    patient, endless = erlang_a(LOAD, 14, 20, patience=1e7), erlang_c(LOAD, 14, 20)
    assert (patient.p_wait, patient.within) == pytest.approx((endless.p_wait, endless.within), abs=1e-4)


def test_whoever_does_not_give_up_is_answered_in_the_end() -> None:
    found = erlang_a(LOAD, 9, within=1e6, patience=120)
    assert found.within == pytest.approx(1 - found.p_abandon)


@pytest.mark.parametrize("agents", [10, 4000, 9999])
def test_large_houses_are_counted_too(agents: int) -> None:
    found = erlang_a(Load(60_000, 300), agents, 20, patience=600)
    assert 0 <= found.p_abandon <= 1
    assert 0 <= found.within <= 1
    assert math.isclose(found.occupancy * agents, 5000 * (1 - found.p_abandon))


def test_too_few_agents_never_catch_up() -> None:
    found = erlang_c(LOAD, 10, 20)
    assert (found.is_stable, found.within, found.wait_seconds) == (False, 0, None)


def test_the_fewest_that_suffice() -> None:
    assert required(LOAD, share=0.8, within=20, occupancy=1).agents == 14
    assert erlang_c(LOAD, 13, 20).within < 0.8
    assert required(LOAD, share=0.8, within=20, occupancy=0.7).agents == 15
    assert required(LOAD, share=0.8, within=20, occupancy=1, patience=120).agents == 12


def test_people_are_away_for_a_share_of_their_time() -> None:
    assert staffing_gap(14, shrinkage=0.3, scheduled=18) == pytest.approx(2)


@pytest.mark.parametrize("wrong", [{"per_hour": 0, "handle_seconds": 1}, {"per_hour": 1e9, "handle_seconds": 1e9}])
def test_impossible_loads_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(Invalid):
        Load(**wrong)
