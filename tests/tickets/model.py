"""A ticket in plain Python, written from SEMANTICS.md and not from the code: what the state machine compares with."""

from dataclasses import dataclass, field

UNSOLVED = {"NEW", "OPEN", "PENDING", "HOLD"}
GONE = {"MERGED", "SPAM", "DELETED"}
MANAGES = {"billing": {"ana", "dov"}, "technical": {"bo", "dov"}}


class Refused(Exception):
    """The model says no."""


@dataclass
class Model:
    """What should be so. Times are minutes since the ticket was opened."""

    queue: str = "billing"
    category: str = "NEW"
    owner: str | None = None
    priority: int = 2
    tags: set[str] = field(default_factory=set)
    messages: int = 1
    waiting_since: int | None = 0
    answered_at: int | None = None
    solved_at: int | None = None
    closed_at: int | None = None
    events: int = 2

    def sees(self, who: str) -> bool:
        return who == "cleo" or who in MANAGES[self.queue]

    def must_see(self, who: str, *, as_colleague: bool = True) -> None:
        if not self.sees(who) or (as_colleague and who == "cleo"):
            raise Refused

    def must_not_be_gone(self) -> None:
        if self.category in GONE:
            raise Refused

    def must_be_workable(self) -> None:
        self.must_not_be_gone()
        if self.category == "CLOSED":
            raise Refused

    def enter(self, category: str, now: int) -> None:
        if category == self.category:
            return
        self.category = category
        self.events += 1
        if category in ("SOLVED", "CLOSED"):
            self.solved_at = now if self.solved_at is None else self.solved_at
            self.waiting_since = None
        if category in UNSOLVED:
            self.solved_at = None
        self.closed_at = now if category == "CLOSED" else None

    def reply(self, who: str, now: int) -> None:
        self.must_see(who, as_colleague=False)
        self.must_not_be_gone()
        if who != "cleo" and self.category == "CLOSED":
            raise Refused
        self.messages += 1
        self.events += 1
        if who == "cleo":
            self.waiting_since = now if self.waiting_since is None else self.waiting_since
            if self.category not in ("NEW", "OPEN"):
                self.enter("OPEN", now)
        else:
            self.waiting_since = None
            self.answered_at = now if self.answered_at is None else self.answered_at
            if self.category == "NEW":
                self.enter("OPEN", now)

    def note(self, who: str) -> None:
        self.must_see(who)
        self.must_not_be_gone()
        self.messages += 1
        self.events += 1

    def assign(self, who: str, owner: str | None) -> None:
        self.must_see(who)
        self.must_be_workable()
        if owner == self.owner:
            return
        if owner is not None and owner not in MANAGES[self.queue]:
            raise Refused
        self.owner = owner
        self.events += 1

    def move(self, who: str, queue: str) -> None:
        self.must_see(who)
        if who not in MANAGES[queue]:
            raise Refused
        self.must_be_workable()
        if queue == self.queue:
            return
        self.queue = queue
        self.events += 1
        if self.owner is not None and self.owner not in MANAGES[queue]:
            self.owner = None
            self.events += 1

    def prioritise(self, who: str, priority: int) -> None:
        self.must_see(who)
        self.must_be_workable()
        self.events += priority != self.priority
        self.priority = priority

    def tag(self, who: str, add: set[str], remove: set[str]) -> None:
        self.must_see(who)
        self.must_not_be_gone()
        after = (self.tags | add) - remove
        self.events += after != self.tags
        self.tags = after

    def set_state(self, who: str, category: str, now: int) -> None:
        self.must_see(who)
        if {category, self.category} & {"SPAM", "DELETED"} and who != "dov":
            raise Refused
        if category == "MERGED":
            raise Refused
        if self.category == "CLOSED" and category in UNSOLVED | {"SOLVED"}:
            raise Refused
        self.enter(category, now)

    def solve(self, who: str, now: int) -> None:
        self.must_see(who)
        self.must_be_workable()
        self.enter("SOLVED", now)

    def close(self, who: str, now: int) -> None:
        self.must_see(who)
        self.must_not_be_gone()
        self.enter("CLOSED", now)

    def reopen(self, who: str, now: int) -> None:
        self.must_see(who)
        self.must_not_be_gone()
        if self.category not in UNSOLVED:
            self.enter("OPEN", now)
