"""One case on its way: how it stands, what was done to it, and what chance had in store for it from the start."""

import random
from dataclasses import dataclass, field
from typing import Any

from app.imports.demo.company import KEY_ACCOUNTS
from app.imports.demo.demand import Arrival
from app.imports.demo.topics import Topic

Step = tuple[float, int, str, Any]
"""When (epoch seconds), by whom (an agent's index, or CUSTOMER or SYSTEM), what, and what more there is to say."""

CUSTOMER, SYSTEM = -1, -2

NEW, OPEN, PENDING, HOLD, SOLVED, CLOSED = "new", "open", "pending", "on hold", "solved", "closed"
DONE = (SOLVED, CLOSED, "merged", "spam")

REPLIES = {1: 0.62, 2: 0.24, 3: 0.08, 4: 0.04, 5: 0.015, 7: 0.005}
"""How many answers a case takes."""


@dataclass(slots=True)
class Case:
    """A ticket in the simulation. `token` rises whenever the ball changes hands, so that stale timers are known."""

    index: int
    arrival: Arrival
    queue: str
    priority: int
    replies_left: int
    will_hold: bool
    sittings: int
    """How often somebody works at it before there is anything to say."""
    reluctance: float
    """Seconds for which nobody wants to touch it."""
    fate: str = ""
    state: str = NEW
    owner: int | None = None
    token: int = 0
    reopened: int = 0
    in_line: bool = False
    at_work: bool = False
    is_thanks: bool = False
    is_answered: bool = False
    reminded: bool = False
    was_back: bool = False
    came_from: str = ""
    """The queue that passed it on, until somebody has sent it back there: once, for what was left out."""
    steps: list[Step] = field(default_factory=list)

    @property
    def topic(self) -> Topic:
        """What it is about."""
        return self.arrival.topic

    @property
    def home(self) -> str:
        """The queue that can settle it."""
        firm = self.arrival.customer.firm
        return KEY_ACCOUNTS if firm and firm.tier == "gold" else self.topic.queue

    @property
    def is_incomplete(self) -> bool:
        """Whether something was left out that whoever gets it cannot do without. No dice: it moves nobody else."""
        return self.index % 14 == 4

    @property
    def is_chat(self) -> bool:
        """Whether somebody is waiting at the screen."""
        return self.arrival.channel == "chat"

    def did(self, epoch: float, hand: int, what: str, detail: Any = None) -> None:
        """Write down a step."""
        self.steps.append((epoch, hand, what, detail))

    def goes(self, epoch: float, hand: int, state: str, reason: str) -> None:
        """Into another state."""
        if self.state != state:
            self.state = state
            self.did(epoch, hand, "state", (state, reason))

    def turn(self) -> int:
        """The ball changes hands; earlier timers are void."""
        self.token += 1
        return self.token


def begin(index: int, arrival: Arrival, dice: random.Random) -> Case:
    """A new case, before anybody has seen it."""
    topic = arrival.topic
    firm = arrival.customer.firm
    is_gold = bool(firm and firm.tier == "gold")
    priority = _priority(topic.urgent * (1.5 if is_gold else 1.0), dice)
    replies = dice.choices(list(REPLIES), list(REPLIES.values()))[0]
    roll = dice.random()
    fate = (
        "spam"
        if roll < 0.012 and arrival.channel == "email"
        else "merged"
        if roll > (0.72 if topic.name == "outage" else 0.985)
        else ""
    )
    case = Case(
        index=index,
        arrival=arrival,
        queue=_first_queue(arrival, topic, is_gold=is_gold, dice=dice),
        priority=priority,
        replies_left=1 if topic.name == "outage" else replies,
        will_hold=dice.random() < 1.5 * topic.hold,
        sittings=int(dice.random() < 0.4 * topic.effort),
        reluctance=dice.lognormvariate(0.9, 0.7) * 86400 if dice.random() < 0.05 and priority < 3 else 0.0,
        fate=fate,
    )
    case.steps.append((arrival.epoch, CUSTOMER, "open", (case.queue, case.priority)))
    return case


def _first_queue(arrival: Arrival, topic: Topic, *, is_gold: bool, dice: random.Random) -> str:
    """Forms know where they belong; mail, calls and chats mostly come in at the front desk."""
    if is_gold and dice.random() < 0.85:
        return KEY_ACCOUNTS
    knows = {"web": 0.8, "api": 0.9, "email": 0.32, "phone": 0.15, "chat": 0.1}[arrival.channel]
    return topic.queue if dice.random() < knows else "First Line"


def _priority(urgent: float, dice: random.Random) -> int:
    roll = dice.random()
    if roll < urgent * 0.5:
        return 4
    if roll < urgent + 0.12:
        return 3
    return 1 if roll > 0.88 else 2
