"""How many people tickets need: a simulation, since work that may wait is not answered as it comes.

    outcome = simulate(Plan(arrivals, agents, handling=Handling(900), target_seconds=4 * 3600), runs=200, seed=1)
    outcome.p_attained(0.9)

Time goes in quarters of an hour. In each, tickets come in by chance, and those at work take from the queue what is due
first (or what is most urgent, or what came first); what was begun is put down when something comes before it, and no
ticket is worked on by two at once. The same seed gives the same answer.
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.random import Generator, default_rng
from numpy.typing import ArrayLike, NDArray

from analytics.staffing.shifts import SLOT_MINUTES
from core.errors import Invalid

Floats = NDArray[np.float64]
Discipline = Literal["due", "priority", "oldest"]
SLOT = SLOT_MINUTES * 60
MOST_TICKETS = 1_000_000
"""All runs together; more would keep somebody waiting for minutes."""


@dataclass(frozen=True, slots=True)
class Handling:
    """How long tickets keep people busy: lognormal with this mean, `spread` its standard deviation in means."""

    mean_seconds: float
    spread: float = 1.0

    def draw(self, chance: Generator, n: int) -> Floats:
        """So many handling times."""
        variance = np.log1p(self.spread**2)
        return self.mean_seconds * chance.lognormal(-variance / 2, np.sqrt(variance), n)


@dataclass(frozen=True, slots=True)
class Kind:
    """Tickets of one urgency: their share of all, and within how many seconds of open time they are promised."""

    target_seconds: float
    share: float = 1.0
    rank: int = 0
    """Higher goes first under `priority`."""


@dataclass(frozen=True)
class Plan:
    """What comes, who works, what is promised. `arrivals` (expected) and `agents` are numbers by quarter hour."""

    arrivals: ArrayLike
    agents: ArrayLike
    handling: Handling
    kinds: tuple[Kind, ...]
    opening: int = 0
    """How many wait at the start; their promises are spread evenly over the time still to come."""
    discipline: Discipline = "due"
    is_business_time: bool = True
    """Promises run only while somebody works; else always."""

    def __post_init__(self) -> None:
        expected, people = np.asarray(self.arrivals, float), np.asarray(self.agents)
        if expected.shape != people.shape or (expected < 0).any() or (people < 0).any():
            raise Invalid("Arrivals and agents are as many numbers, none of them negative.")
        if self.handling.mean_seconds <= 0 or self.handling.spread < 0 or not self.kinds:
            raise Invalid("Tickets take some time, and something is promised.")


@dataclass(frozen=True)
class Outcome:
    """What happened in each run."""

    attainment: Floats
    """The share of tickets due in the time simulated that were done in time; of none, 1."""
    backlog: Floats
    """How many were left at the end."""
    occupancy: Floats
    """The share of their time that people were busy."""

    def p_attained(self, share: float) -> float:
        """How likely at least this share is done in time."""
        return float((self.attainment >= share - 1e-12).mean())


@dataclass(frozen=True, slots=True)
class Story:
    """Which tickets come in a run, those to be taken first at first: the last slot in which each is in time, its work.

    `coming` are their places by the slot in which they come. Whoever works changes nothing of it, only when they do.
    """

    due: list[int]
    works: list[float]
    coming: list[list[int]]


def simulate(plan: Plan, *, runs: int = 200, seed: int = 0) -> Outcome:
    """Live through the plan so many times."""
    return live(plan, stories(plan, runs=runs, seed=seed))


def stories(plan: Plan, *, runs: int = 200, seed: int = 0) -> list[Story]:
    """What comes in so many runs: of all plans that differ in how many work, not in when anybody does, the same."""
    expected = np.asarray(plan.arrivals, dtype=float)
    if not 1 <= runs <= 10_000 or runs * (expected.sum() + plan.opening) > MOST_TICKETS:
        raise Invalid(f"All runs together simulate at most {MOST_TICKETS:,} tickets; ask for fewer or a shorter time.")
    agents = np.asarray(plan.agents)
    return [_story(plan, expected, agents, chance) for chance in default_rng(seed).spawn(runs)]


def live(plan: Plan, told: Sequence[Story]) -> Outcome:
    """What becomes of what comes."""
    agents = np.asarray(plan.agents)
    lived = [_run(agents, story) for story in told]
    attainment, backlog, occupancy = (np.asarray(values, dtype=float) for values in zip(*lived, strict=True))
    return Outcome(attainment, backlog, occupancy)


def _run(agents: NDArray[np.int64], story: Story) -> tuple[float, int, float]:
    """Quarter by quarter: who is done with a ticket takes the next. Unfinished ones go back to where they stood."""
    works, waiting, push, pop = story.works.copy(), list[int](), heapq.heappush, heapq.heappop
    slots, done_in = len(agents), [-1] * len(story.works)
    worked = 0.0
    for slot, people in enumerate(agents.tolist()):
        for ticket in story.coming[slot]:
            push(waiting, ticket)
        capacity = left = float(people * SLOT)
        begun = []
        while waiting and left > 0:
            ticket = pop(waiting)
            spent = min(works[ticket], left, SLOT)
            works[ticket] -= spent
            left -= spent
            if works[ticket] > 0:
                begun.append(ticket)
            else:
                done_in[ticket] = slot
        for ticket in begun:
            push(waiting, ticket)
        worked += capacity - left
    due = sum(last < slots for last in story.due)
    met = sum(0 <= done <= last < slots for done, last in zip(done_in, story.due, strict=True))
    whole = float(agents.sum()) * SLOT
    return met / due if due else 1.0, len(waiting), worked / whole if whole else 0.0


def _story(plan: Plan, expected: Floats, agents: NDArray[np.int64], chance: Generator) -> Story:
    slots = np.repeat(np.arange(len(expected)), chance.poisson(expected))
    n = plan.opening + len(slots)
    shares = np.array([kind.share for kind in plan.kinds], dtype=float)
    kinds = chance.choice(len(plan.kinds), n, p=shares / shares.sum())
    targets = np.array([kind.target_seconds for kind in plan.kinds])[kinds] / SLOT
    targets[: plan.opening] *= chance.random(plan.opening)
    arrived = np.concatenate([np.zeros(plan.opening, dtype=np.int64), slots])
    due, works = _due(arrived, targets, agents, plan.is_business_time), plan.handling.draw(chance, n)
    ranks = np.array([kind.rank for kind in plan.kinds])[kinds]
    keys = {"due": due, "priority": -ranks, "oldest": np.arange(n)}
    order = np.argsort(keys[plan.discipline], kind="stable")
    coming: list[list[int]] = [[] for _ in expected]
    for place, slot in enumerate(arrived[order].tolist()):
        coming[slot].append(place)
    return Story(due[order].tolist(), works[order].tolist(), coming)


def _due(
    arrived: NDArray[np.int64], targets: Floats, agents: NDArray[np.int64], is_business_time: bool
) -> NDArray[np.int64]:
    """The last slot in which each may be done in time. What is due after the end of it all has a slot beyond."""
    whole = np.maximum(np.ceil(targets), 1).astype(np.int64)
    if not is_business_time:
        return arrived + whole - 1
    open_before = np.concatenate([[0], np.cumsum(agents > 0)])
    return np.searchsorted(open_before, open_before[arrived] + whole, side="left") - 1
