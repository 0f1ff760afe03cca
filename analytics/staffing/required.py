"""How many agents a promise needs, and how many are missing."""

from collections.abc import Callable

from analytics.staffing.erlang import MOST_AGENTS, Load, Service, erlang_a, erlang_c
from core.errors import Invalid

USUAL_OCCUPANCY = 0.85
"""Agents who are busier than that for long burn out; it is a cap, not a goal."""


def required(
    load: Load, *, share: float, within: float, occupancy: float = USUAL_OCCUPANCY, patience: float | None = None
) -> Service:
    """What the fewest agents give with whom `share` is answered `within` seconds and nobody is busier than `occupancy`.

    Erlang A where a mean `patience` in seconds is given, else Erlang C, which overstates waits when there is much to
    do.
    """
    if not (0 < share < 1 and 0 < occupancy <= 1):
        raise Invalid("Shares to answer and occupancy lie between 0 and 1.")

    def with_agents(agents: int) -> Service:
        return erlang_a(load, agents, within, patience) if patience else erlang_c(load, agents, within)

    return _fewest(with_agents, lambda found: found.within >= share and found.occupancy <= occupancy)


def _fewest(with_agents: Callable[[int], Service], suffices: Callable[[Service], bool]) -> Service:
    """The smallest number that suffices: more agents never make it worse."""
    few, many = 0, 1
    while not suffices(with_agents(many)):
        if many == MOST_AGENTS:
            raise Invalid(f"Not even {MOST_AGENTS:,} agents suffice.")
        few, many = many, min(2 * many, MOST_AGENTS)
    while many - few > 1:
        middle = (few + many) // 2
        few, many = (few, middle) if suffices(with_agents(middle)) else (middle, many)
    return with_agents(many)


def staffing_gap(agents: float, *, shrinkage: float, scheduled: float) -> float:
    """How many more people would have to be scheduled; negative: how many could be spared.

    `shrinkage` is the share of paid time in which people cannot answer. Measure it (1 − available / paid): the usual 30
    % is folklore.
    """
    if not 0 <= shrinkage < 1:
        raise Invalid("Shrinkage is a share of paid time, less than all of it.")
    return agents / (1 - shrinkage) - scheduled
