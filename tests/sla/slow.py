"""Clocks minute by minute, in plain Python, written from docs/sla.md and not from the code: what the fold agrees with.

One policy for everything, one target with a budget for each priority, whole minutes. A walk over all minutes counts
those that count; events happen between them.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

GONE = {"MERGED": "merged", "SPAM": "spam", "DELETED": "deleted"}
DONE = ("SOLVED", "CLOSED")
PAUSED_IN = {"pausable_update": {"PENDING"}, "requester_wait": {"PENDING"}, "agent_work": {"PENDING", "HOLD"}}
TO_THE_SOLVE = ("requester_wait", "agent_work", "total_resolution")


@dataclass
class SlowClock:
    """A clock; times are minutes."""

    start: int
    minutes: int
    """What it may take."""
    state: str = "running"
    elapsed: int = 0
    ran: list[tuple[int, bool]] = field(default_factory=list)
    """Each minute that it ran, and whether that counted."""
    due: int | None = None
    breached: int | None = None
    stopped: int | None = None
    reason: str = ""

    def runs(self, minute: int, *, counts: bool) -> None:
        """A minute of its time passes."""
        self.ran.append((minute, counts))
        self.elapsed += counts

    def overrun(self) -> int | None:
        """The first minute that it ran behind its end; a clock that stood still or stopped at its end has none."""
        left = self.minutes
        for minute, counts in self.ran:
            if left == 0:
                return minute
            left -= counts
        return None


@dataclass
class Slow:
    """One ticket under one target."""

    metric: str
    budgets: Mapping[int, int]
    """priority → minutes."""
    is_open: Callable[[int], bool]
    pause: set[str] | None = None
    reopen: str = "continue"
    change: str = "retarget_keep_elapsed"
    priority: int = 2
    category: str = "NEW"
    was_answered: bool = False
    waits_since: int | None = None
    now: int = 0
    clocks: list[SlowClock] = field(default_factory=list)

    def run_to(self, minute: int) -> None:
        """Let time pass."""
        while self.now < minute:
            counts = self.is_open(self.now)
            self.now += 1
            for clock in self.clocks:
                if clock.state != "running":
                    continue
                if clock.due is not None and clock.breached is None:
                    clock.breached = clock.due  # it is later than the due minute, and nobody has met it
                clock.runs(self.now - 1, counts=counts)
                if counts and clock.elapsed == clock.minutes and clock.due is None:
                    clock.due = self.now

    @property
    def live(self) -> SlowClock | None:
        return next((clock for clock in self.clocks if clock.state in ("running", "paused")), None)

    def begin(self) -> None:
        self.clocks.append(SlowClock(self.now, self.budgets[self.priority]))
        self.settle()

    def stop(self, state: str, reason: str) -> None:
        clock = self.live
        if clock:
            clock.state, clock.stopped, clock.reason = state, self.now, reason

    def settle(self) -> None:
        """Stand still or run, by the category."""
        clock, paused_in = self.live, PAUSED_IN.get(self.metric, set()) if self.pause is None else self.pause
        if clock is None:
            return
        if clock.state == "running" and self.category in paused_in:
            clock.state = "paused"
            clock.due = clock.due if clock.breached is not None else None
        elif clock.state == "paused" and self.category not in paused_in:
            clock.state = "running"
            if clock.elapsed >= clock.minutes and clock.due is None:
                clock.due = self.now

    def prioritises(self, priority: int) -> None:
        """Another priority has another budget."""
        self.priority = priority
        self.retarget()
        self.settle()

    def retarget(self) -> None:
        """The clock that is not over gets the budget of the priority, as the target's `change` says."""
        clock, minutes = self.live, self.budgets[self.priority]
        if clock is None or clock.minutes == minutes or self.change == "freeze":
            return
        if self.change == "restart":
            self.stop("cancelled", "restart")
            self.begin()
            return
        clock.minutes = minutes
        if clock.overrun() is None:
            clock.due, clock.breached = None, None  # it can be met again: it is not late any more
        self.look_whether_it_is_over(clock)
        if clock.breached is None and clock.state == "running" and clock.elapsed == minutes:
            clock.due = self.now

    def look_whether_it_is_over(self, clock: SlowClock) -> None:
        """After another budget, or minutes that are counted later: it may be over since long, and is so now."""
        if clock.breached is None:
            clock.due = clock.overrun()
            clock.breached = None if clock.due is None else self.now

    def opened(self) -> None:
        if self.metric in ("first_reply", *TO_THE_SOLVE, "group_ownership"):
            self.begin()

    def says(self) -> None:
        """The customer writes; a ticket that is not at work is opened by that."""
        self.waits_since = self.now if self.waits_since is None else self.waits_since
        if self.category in (*GONE, "CLOSED"):
            return
        unsolved = self.category not in DONE
        if self.metric == "next_reply" and self.was_answered and unsolved and self.live is None:
            self.begin()
        if self.category not in ("NEW", "OPEN"):
            self.goes("OPEN")

    def replies(self, then: str | None) -> None:
        """We answer, and the ticket goes to a state with it."""
        if self.metric in ("first_reply", "next_reply", "periodic_update", "pausable_update"):
            self.stop("fulfilled", "met")
        self.was_answered, self.waits_since = True, None
        to = then or ("OPEN" if self.category == "NEW" else self.category)
        if self.metric in ("periodic_update", "pausable_update") and to not in DONE:
            self.begin()
        if to != self.category:
            self.goes(to)

    def moves(self) -> None:
        if self.metric == "group_ownership" and self.category not in (*DONE, *GONE):
            self.stop("fulfilled", "met")
            self.begin()

    def goes(self, category: str) -> None:
        before, self.category = self.category, category
        if before == category:
            return
        if category in GONE:
            self.stop("cancelled", GONE[category])
        elif category in DONE and before not in DONE:
            met = self.metric in TO_THE_SOLVE or self.metric == "group_ownership"
            self.stop("fulfilled" if met else "cancelled", "met" if met else "solved")
            self.waits_since = None
        elif category not in DONE and before in GONE:
            self.go_on(("merged", "spam", "deleted"))
            self.retarget()
            self.turn()
        elif category not in DONE and before in DONE:
            self.reopened()
            self.retarget()
            self.turn(is_reopened=True)
        self.settle()

    def turn(self, *, is_reopened: bool = False) -> None:
        """What begins with a ticket's being at work again."""
        is_turn = self.metric == "next_reply" and is_reopened and self.was_answered and self.waits_since is not None
        if self.live is None and (self.metric == "group_ownership" or is_turn):
            self.begin()

    def go_on(self, reasons: Collection[str]) -> None:
        last = self.clocks[-1] if self.clocks else None
        if self.metric == "first_reply" and self.was_answered:
            return
        if last and last.stopped is not None and last.reason in reasons:
            last.state, last.stopped = "running", None
            last.due = last.due if last.breached is not None else None
            if last.elapsed >= last.minutes and last.due is None:
                last.due = self.now

    def reopened(self) -> None:
        last = self.clocks[-1] if self.clocks else None
        ended = last is not None and last.stopped is not None
        by_solve = ended and last is not None and (
            (self.metric in TO_THE_SOLVE and last.reason in ("met", "solved"))
            or (self.metric == "first_reply" and last.reason == "solved")
        )  # fmt: skip
        if (
            not by_solve
            or last is None
            or self.reopen == "never"
            or (self.metric == "first_reply" and self.was_answered)
        ):
            return
        if self.reopen == "new_instance":
            self.begin()
            return
        if self.reopen == "continue_counting_gap":
            self.count_gap(last)
        self.go_on(("met", "solved"))

    def count_gap(self, clock: SlowClock) -> None:
        assert clock.stopped is not None
        for minute in range(clock.stopped, self.now):
            clock.runs(minute, counts=self.is_open(minute))
        self.look_whether_it_is_over(clock)
