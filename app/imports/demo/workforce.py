"""The agents as the simulation sees them: on or off shift, free or busy, with what waits for them alone."""

import random
from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import UTC, datetime

from app.imports.demo.calendar import shifts
from app.imports.demo.company import AGENTS, FIRST_LINE, TECHNICAL, Agent
from app.imports.demo.demand import Chapter

SICK = {FIRST_LINE: 3, TECHNICAL: 2}
"""How many of a team were away during the crisis."""


@dataclass(slots=True)
class Worker:
    """An agent at work. `line` holds what waits for nobody else, as (key, case index)."""

    index: int
    agent: Agent
    spans: list[tuple[float, float]]
    line: list[tuple[float, int]] = field(default_factory=list)
    busy: bool = False
    begins: list[float] = field(default_factory=list)

    def span_at(self, epoch: float) -> tuple[float, float] | None:
        """The shift that they are in at that moment."""
        place = bisect_right(self.begins, epoch) - 1
        if place >= 0 and epoch < self.spans[place][1]:
            return self.spans[place]
        return None

    def next_begin(self, epoch: float) -> float:
        """When they come next; infinity if they do not."""
        place = bisect_right(self.begins, epoch)
        return self.begins[place] if place < len(self.begins) else float("inf")


def workforce(year: Chapter, dice: random.Random) -> list[Worker]:
    """All agents with their shifts of the year."""
    since, until = datetime.fromtimestamp(year.since, UTC), datetime.fromtimestamp(year.until, UTC)
    sick = dict(SICK)
    workers = []
    for index, agent in enumerate(AGENTS):
        spans = shifts(agent.shift, since, until, dice)
        if sick.get(agent.queue, 0) and not agent.is_supervisor and index % 2:
            sick[agent.queue] -= 1
            spans = [span for span in spans if not year.launch + 86400 <= span[0] < year.recovery]
        workers.append(Worker(index, agent, spans, begins=[begin for begin, _ in spans]))
    return workers
