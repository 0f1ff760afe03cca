"""The simulation of tickets that wait, and the words for shifts."""

import numpy as np
import pytest

from analytics.staffing import Handling, Kind, Plan, simulate, week_of
from core.errors import Invalid

EXACT = Handling(900, spread=0)
"""One quarter of an hour each."""


def plan(agents: list[int], *, arrivals: float = 0.0, opening: int = 0, **more: object) -> Plan:
    given = {"handling": EXACT, "kinds": (Kind(3600),), **more}
    return Plan([arrivals] * len(agents), agents, opening=opening, **given)


def test_what_waits_is_worked_off_one_each_quarter_of_an_hour() -> None:
    outcome = simulate(plan([1] * 4, opening=6, kinds=(Kind(1),)), runs=1)
    assert outcome.backlog.tolist() == [2]
    assert outcome.attainment.tolist() == [pytest.approx(1 / 6)]
    assert outcome.occupancy.tolist() == [pytest.approx(1)]


def test_nobody_works_on_a_ticket_with_somebody_else() -> None:
    assert simulate(plan([5], opening=1, handling=Handling(1800, 0)), runs=1).backlog.tolist() == [1]


def test_the_same_seed_gives_the_same_answer() -> None:
    given = plan([2] * 40, arrivals=1.8)
    first, again, other = (simulate(given, runs=5, seed=seed) for seed in (7, 7, 8))
    assert np.array_equal(first.attainment, again.attainment)
    assert not np.array_equal(first.backlog, other.backlog)


def test_more_people_never_do_worse_in_the_same_weeks() -> None:
    attained = [simulate(plan([n] * 200, arrivals=2), runs=8, seed=1).attainment for n in (1, 2, 3)]
    assert (attained[0] <= attained[1]).all()
    assert (attained[1] <= attained[2]).all()
    assert attained[2].min() > 0.9


def test_promises_stand_still_while_nobody_works() -> None:
    night = [0] * 40 + [1] * 8
    assert simulate(plan(night, opening=3), runs=1).attainment.tolist() == [1]
    assert simulate(plan(night, opening=3, is_business_time=False), runs=1).attainment.tolist() == [0]


def test_due_first_keeps_short_promises_that_oldest_first_breaks() -> None:
    kinds = (Kind(900 * 60, share=0.7), Kind(900 * 2, share=0.3))
    met = {
        order: simulate(plan([1] * 40, arrivals=0.5, opening=10, kinds=kinds, discipline=order), runs=20, seed=2)
        for order in ("due", "oldest")
    }
    assert met["due"].attainment.mean() > met["oldest"].attainment.mean()


def test_the_urgent_go_first_under_priority() -> None:
    kinds = (Kind(900 * 20, share=0.5), Kind(900, share=0.5, rank=1))
    shares = [
        simulate(plan([1] * 12, opening=10, kinds=kinds, discipline=order), runs=20, seed=4).attainment.mean()
        for order in ("priority", "oldest")
    ]
    assert shares[0] != shares[1]


def test_people_are_as_busy_as_there_is_work() -> None:
    """Work of 0.9 agents for one: people are busy as often as there is work, however it bunches."""
    busy = simulate(plan([1] * 3000, arrivals=0.9, handling=Handling(900, 1)), runs=4, seed=5).occupancy
    assert busy.mean() == pytest.approx(0.9, abs=0.04)


def test_too_much_to_simulate_is_refused() -> None:
    with pytest.raises(Invalid, match="fewer"):
        simulate(plan([1] * 100, arrivals=1000), runs=100)


def test_shifts_as_people_write_them() -> None:
    week = week_of("mon-fri 09:00-17:00 = 4; Sat 10:00-14:00=2; fri 22:00-02:00 = 1")
    by_hour = week.reshape(7, 24, 4)[:, :, 0]
    assert by_hour[0, [8, 9, 16, 17]].tolist() == [0, 4, 4, 0]
    assert by_hour[4, [21, 22, 23]].tolist() == [0, 1, 1]
    assert by_hour[5, [0, 1, 2, 10, 13, 14]].tolist() == [1, 1, 0, 2, 2, 0]


@pytest.mark.parametrize("text", ["", "monday 9-17", "mon 9:10-10:00 = 1", "xyz 9:00-10:00 = 1", "mon 9:00-25:00 = 1"])
def test_what_is_no_shift_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(Invalid):
        week_of(text)
