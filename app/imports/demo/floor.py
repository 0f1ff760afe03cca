"""The shop floor of the simulation: who is there, what waits in which line, who takes what next, and the agenda."""

import heapq
import random
from collections.abc import Callable, Sequence
from typing import Any

from app.imports.demo.company import QUEUES
from app.imports.demo.journey import NEW, Case
from app.imports.demo.workforce import Worker

HOUR, DAY = 3600.0, 86400.0

HEAD_START = {1: -10 * HOUR, 2: 0.0, 3: 5 * HOUR, 4: 16 * HOUR}
"""How much earlier than it came a case counts, by priority."""

Line = list[tuple[float, int]]
"""What waits, as a heap of (key, case index): the smallest key is next."""


class Floor:
    """Lines and people. `begin` is called when somebody takes a case."""

    def __init__(self, cases: Sequence[Case], workers: Sequence[Worker], dice: random.Random) -> None:
        self.cases = cases
        self.workers = workers
        self.dice = dice
        self.begin: Callable[[float, Worker, Case], None]
        self._lines: dict[str, Line] = {queue: [] for queue in QUEUES}
        self._teams = {queue: [w for w in workers if queue in (w.agent.queue, w.agent.helps)] for queue in QUEUES}
        self._agenda: list[tuple[float, int, Callable[..., None], tuple[Any, ...]]] = []
        self._turns = 0

    def plan(self, epoch: float, act: Callable[..., None], *who: Any) -> None:
        """Have something happen later."""
        self._turns += 1
        heapq.heappush(self._agenda, (epoch, self._turns, act, who))

    def run(self, until: float) -> None:
        """Let happen what is planned, in order of time, shifts included."""
        for worker in self.workers:
            for begins, ends in worker.spans:
                self.plan(begins, self._come, worker)
                self.plan(ends, self._leave, worker)
        agenda = self._agenda
        while agenda and agenda[0][0] < until:
            epoch, _, act, who = heapq.heappop(agenda)
            act(epoch, *who)

    def put_in_line(self, epoch: float, case: Case) -> None:
        """Into the owner's line if they are about to be there, else into the queue's."""
        case.in_line = True
        head_start = HEAD_START[case.priority] + (30 * HOUR if case.is_chat and case.state == NEW else 0.0)
        key = epoch - head_start
        owner = self.workers[case.owner] if case.owner is not None else None
        if owner and (
            owner.span_at(epoch) or owner.next_begin(epoch) - epoch < (4 if case.priority > 2 else 40) * HOUR
        ):
            heapq.heappush(owner.line, (key, case.index))
            if not owner.busy and owner.span_at(epoch):
                self._take_next(epoch, owner)
            return
        heapq.heappush(self._lines[case.queue], (key, case.index))
        self._wake(epoch, case.queue)

    def free(self, epoch: float, worker: Worker) -> None:
        """Ready for the next."""
        worker.busy = False
        if worker.span_at(epoch):
            self._take_next(epoch, worker)

    def _come(self, epoch: float, worker: Worker) -> None:
        """A shift begins."""
        if not worker.busy:
            self._take_next(epoch, worker)

    def _leave(self, epoch: float, worker: Worker) -> None:
        """A shift ends. Who stays away for long leaves their line to the team; urgent cases are handed over at once."""
        away = worker.next_begin(epoch) - epoch
        if away < 2 * HOUR or not worker.line:
            return
        kept: Line = []
        for key, index in worker.line:
            case = self.cases[index]
            if away > 4 * DAY or (case.priority >= 3 and self.dice.random() < 0.8):
                case.owner = None
                case.did(epoch, worker.index, "owner", (None, "manual"))
                heapq.heappush(self._lines[case.queue], (key, index))
            else:
                kept.append((key, index))
        heapq.heapify(kept)
        worker.line = kept
        for queue in QUEUES:
            self._wake(epoch, queue)

    def _wake(self, epoch: float, queue: str) -> None:
        """Whoever is free takes from the queue: its own team first."""
        team = self._teams[queue]
        start = self.dice.randrange(len(team))
        for worker in sorted(team[start:] + team[:start], key=lambda w: w.agent.queue != queue):
            if not self._lines[queue]:
                return
            if not worker.busy and worker.span_at(epoch):
                self._take_next(epoch, worker)

    def _take_next(self, epoch: float, worker: Worker) -> None:
        """The next case for somebody who is free: by priority and age; another team's only when it has waited."""
        home, helps = worker.agent.queue, worker.agent.helps
        lines = [(worker.line, 0.0), (self._lines[home], 0.0)]
        if helps:
            lines.append((self._lines[helps], 1.5 * HOUR))
        waiting = [(line[0][0] + handicap, n) for n, (line, handicap) in enumerate(lines) if line]
        if not waiting:
            return
        key, n = min(waiting)
        if n == 2 and key > epoch:
            return
        _, index = heapq.heappop(lines[n][0])
        case = self.cases[index]
        case.in_line, case.at_work = False, True
        worker.busy = True
        self.begin(epoch, worker, case)
