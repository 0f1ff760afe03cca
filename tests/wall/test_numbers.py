"""No metric, drill, analysis, panel or callback of the dashboards tells of what is outside one's scope."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from core import clock
from tests.depth import DEPTH
from tests.wall.plot import OF_THE_MOMENT, Answers, Plot
from tests.wall.questions import addresses, asked, callbacks

HIDDEN = "zebrafish"
QUEUE = f"Queue {HIDDEN}"
COLLEAGUES = ("agent", "watcher")
KNOWN = re.compile(rf'(, ?)?"?Org {HIDDEN}"?')
"""Staff know of all organisations (decision 0052)."""
KINDS = (
    "?by=queue", "created/tickets", "analysis/survival", "analysis/flow", "panel.csv", "tickets.csv",
    "choices.data", "headlines", "table-flow", "said-curve", "said-variants", "said-ageing", "'drilled'", QUEUE,
)  # fmt: skip
FEW = 2 * DEPTH
Body = dict[str, Any]
Told = dict[str, tuple[Answers, Answers]]


@pytest.fixture(scope="module")
def plot(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plot]:
    """A lake that follows."""
    made = Plot(module_database_url, tmp_path_factory.mktemp("data"))
    made.carry()
    yield made
    made.close()


@pytest.fixture(scope="module")
def told(plot: Plot) -> Told:
    """What each was told before and after a queue with a ticket came that only the administrator may see."""
    everything = addresses(plot, QUEUE), callbacks(plot.clients["admin"], QUEUE)
    by_actor = {
        "admin": few_of_each_kind(*everything),
        "agent": some(*everything, one_in=9),
        "watcher": some(*everything, one_in=18),
    }
    with clock.at(clock.now()):
        before = {actor: asked(plot.clients[actor], *them) for actor, them in by_actor.items()}
        plot.bury(HIDDEN)
        plot.carry()
        after = {actor: asked(plot.clients[actor], *them) for actor, them in by_actor.items()}
    return {actor: (before[actor], after[actor]) for actor in by_actor}


def few_of_each_kind(addresses: list[str], bodies: list[Body]) -> tuple[list[str], list[Body]]:
    """Enough to see that each kind of question can tell."""
    return (
        [one for kind in KINDS for one in [one for one in addresses if kind in one][:FEW]],
        [one for kind in KINDS for one in [one for one in bodies if kind in str(one)][:FEW]],
    )


def some(addresses: list[str], bodies: list[Body], one_in: int) -> tuple[list[str], list[Body]]:
    """One question in so many; deep: all."""
    return (addresses[::one_in], bodies[::one_in]) if DEPTH == 1 else (addresses, bodies)


def changed(answers: tuple[Answers, Answers]) -> list[str]:
    """The questions that are answered otherwise."""
    was, now = ({one: (code, KNOWN.sub("", OF_THE_MOMENT.sub("", text))) for one, (code, text) in all.items()}
                for all in answers)  # fmt: skip
    return [question for question in was if was[question] != now[question]]


def test_the_administrator_sees_all_kinds_of_numbers_change(told: Told) -> None:
    found = changed(told["admin"])
    assert [kind for kind in KINDS if not any(kind in question for question in found)] == []
    assert {status for status, _ in told["admin"][1].values()} == {200}


@pytest.mark.parametrize("actor", COLLEAGUES)
def test_to_colleagues_a_hidden_queue_and_its_ticket_are_as_if_they_were_not(told: Told, actor: str) -> None:
    assert changed(told[actor]) == []
    assert {status for status, _ in told[actor][1].values()} >= {200}


@pytest.mark.parametrize("actor", ["nobody", "requester", "stranger"])
def test_customers_and_strangers_get_no_numbers(plot: Plot, actor: str) -> None:
    everything = addresses(plot, QUEUE), callbacks(plot.clients["admin"], QUEUE)
    assert {status for status, _ in asked(plot.clients[actor], *everything).values()} <= {401, 403}
