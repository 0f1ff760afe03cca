"""A year of work at the desk, as a discrete-event simulation: cases wait in line, agents on shift take them one by one.

Waiting times, backlogs, handovers and the crisis are not drawn from a distribution: they follow from who was there
and how much came in.
"""

import random
from datetime import UTC, datetime

from app.imports.demo.company import BILLING, FIRST_LINE, INTEGRATIONS, KEY_ACCOUNTS, ONBOARDING, SHIPPING, TECHNICAL
from app.imports.demo.demand import MONTHS, Arrival, Chapter, growth
from app.imports.demo.floor import DAY, HOUR, Floor
from app.imports.demo.journey import CLOSED, CUSTOMER, DONE, HOLD, NEW, OPEN, PENDING, SOLVED, SYSTEM, Case, begin
from app.imports.demo.workforce import Worker, workforce

BUSY = {
    FIRST_LINE: 0.62,
    TECHNICAL: 1.3,
    INTEGRATIONS: 1.35,
    BILLING: 0.8,
    ONBOARDING: 2.3,
    SHIPPING: 0.78,
    KEY_ACCOUNTS: 2.8,
}
"""How much of their time each team has for tickets, relative to the load; the rest is meetings, projects, training."""

MINUTES = 8.5
"""Median minutes of work for one answer."""


class Desk:
    """The simulation's state. `load` is the share of a shift that tickets take; it scales with their number."""

    def __init__(self, year: Chapter, arrivals: list[Arrival], load: float, dice: random.Random) -> None:
        self.year = year
        self.dice = dice
        self.load = load
        self.cases = [begin(index, arrival, dice) for index, arrival in enumerate(arrivals)]
        self.floor = Floor(self.cases, workforce(year, dice), dice)
        self.floor.begin = self.start
        self.plan = self.floor.plan

    def run(self) -> list[Case]:
        """Work the whole year; returns the cases with their steps."""
        for case in self.cases:
            self.plan(case.arrival.epoch, self.arrive, case)
        self.floor.run(self.year.until)
        return self.cases

    # what customers do

    def arrive(self, epoch: float, case: Case) -> None:
        """Somebody writes; mail is acknowledged by the machine."""
        case.did(epoch, CUSTOMER, "say", "first")
        if case.arrival.channel == "email":
            case.did(epoch + self.dice.uniform(2, 20), SYSTEM, "say", "ack")
        self.plan(epoch + case.reluctance, self.floor.put_in_line, case)

    def customer_writes(self, epoch: float, case: Case, token: int, why: str) -> None:
        """An answer, a complaint that it still fails, or thanks."""
        if token != case.token or case.state in ("merged", "spam", CLOSED):
            return
        case.is_thanks = why == "thanks"
        case.did(epoch, CUSTOMER, "say", why)
        if case.state != NEW:
            case.reopened += case.state == SOLVED
            case.goes(epoch, CUSTOMER, OPEN, "customer_reply")
        case.turn()
        if not case.in_line and not case.at_work:
            self.floor.put_in_line(epoch, case)

    # what agents do

    def start(self, epoch: float, worker: Worker, case: Case) -> None:
        """Take a case: it gets an owner, perhaps another priority; then work on it for a while."""
        if case.owner != worker.index:
            case.owner = worker.index
            case.did(epoch, worker.index, "owner", (worker.index, "self"))
        if case.state == NEW:
            if self.dice.random() < 0.7:
                case.did(epoch + 4, SYSTEM, "tags", case.topic.tags)
            if self.dice.random() < 0.09:
                case.priority = max(1, min(4, case.priority + self.dice.choice((-1, 1))))
                case.did(epoch + 25, worker.index, "priority", case.priority)
            if not case.fate:
                case.goes(epoch + 6, worker.index, OPEN, "agent")
        minutes = self.dice.lognormvariate(0, 0.65) * MINUTES * case.topic.effort * worker.agent.pace
        minutes *= 0.25 if case.is_thanks or case.fate else 0.7 if case.queue == FIRST_LINE else 1.0
        seconds = 60 * min(max(minutes, 0.7), 90)
        self.plan(epoch + seconds, self.finish, worker, case, epoch)
        pause = seconds * (1 / self.share(epoch, worker) - 1)
        self.plan(epoch + seconds + min(pause, 3 * HOUR), self.floor.free, worker)

    def share(self, epoch: float, worker: Worker) -> float:
        """How much of their time somebody has for tickets: planned by team and season, more during the recovery."""
        month = datetime.fromtimestamp(epoch, UTC).month
        planned: float = self.load * BUSY[worker.agent.queue] * MONTHS[month - 1] ** 0.8 * growth(epoch, self.year)
        boost = 1.5 if self.year.recovery <= epoch < self.year.normal else 1.0
        return min(0.97, planned * boost)

    def finish(self, epoch: float, worker: Worker, case: Case, since: float) -> None:
        """What came out of the work."""
        case.at_work = False
        me, dice = worker.index, self.dice
        if case.fate:
            case.goes(epoch, me, case.fate, "merge" if case.fate == "merged" else "agent")
            return
        case.did(epoch + 1, me, "time", max(1, round((epoch - since) / 60)))
        if dice.random() < 0.13:
            case.did(epoch - 20, me, "say", "note")
        if case.is_thanks:
            case.is_thanks = False
            case.goes(epoch, me, SOLVED, "agent")
            self.after_solving(epoch, case, will_reopen=False)
        elif case.queue != case.home and (case.queue != FIRST_LINE or dice.random() < 0.85):
            self.hand_over(epoch, me, case)
        elif case.came_from and case.is_incomplete:
            self.send_back(epoch, me, case)
        elif case.sittings and case.is_answered:
            case.sittings -= 1
            case.did(epoch - 5, me, "say", "note")
            self.plan(epoch + min(dice.lognormvariate(0.4, 0.8), 12) * DAY, self.take_up_again, case, case.turn())
        elif case.will_hold and case.replies_left <= 2:
            case.will_hold = False
            case.did(epoch, me, "say", "hold")
            case.goes(epoch + 2, me, HOLD, "agent")
            days = min(dice.lognormvariate(2.1, 1.0), 150)
            self.plan(epoch + days * DAY, self.hold_ends, case, case.turn())
        elif case.replies_left > 1:
            case.replies_left -= 1
            self.talk(epoch, since, me, case, "ask")
            case.goes(epoch + 2, me, PENDING, "agent_reply")
            self.await_customer(epoch, case)
        else:
            self.talk(epoch, since, me, case, "fix")
            case.goes(epoch + 2, me, SOLVED, "agent")
            self.after_solving(epoch, case, will_reopen=dice.random() < (0.075 if case.reopened == 0 else 0.15))

    def talk(self, epoch: float, since: float, me: int, case: Case, purpose: str) -> None:
        """An answer; in a chat a conversation."""
        if case.is_chat and not case.reopened and epoch - since > 120:
            lines = self.dice.randint(1, 3)
            step = min((epoch - since) / (2 * lines + 1), 150)
            for n in range(lines):
                case.did(since + (2 * n + 0.6) * step, me, "say", "chat_agent")
                case.did(since + (2 * n + 1.4) * step, CUSTOMER, "say", "chat_customer")
        case.did(epoch, me, "say", purpose)
        case.is_answered = True

    def hand_over(self, epoch: float, me: int, case: Case) -> None:
        """To the team that can settle it."""
        if self.dice.random() < 0.45:
            case.did(epoch, me, "say", "move")
        elif self.dice.random() < 0.5:
            case.did(epoch, me, "say", "note")
        case.came_from = "" if case.was_back else case.queue
        self.pass_on(epoch, me, case, case.home)

    def send_back(self, epoch: float, me: int, case: Case) -> None:
        """To those it came from, who left something out."""
        case.did(epoch, me, "say", "note")
        back, case.came_from, case.was_back = case.came_from, "", True
        self.pass_on(epoch, me, case, back)

    def pass_on(self, epoch: float, me: int, case: Case, queue: str) -> None:
        """Into another queue, where nobody has it yet."""
        case.queue, case.owner = queue, None
        case.did(epoch + 3, me, "queue", case.queue)
        case.did(epoch + 3, me, "owner", (None, "manual"))
        self.floor.put_in_line(epoch + 4, case)

    def await_customer(self, epoch: float, case: Case) -> None:
        """They answer, most within a day; or they are reminded, and in the end it is taken as settled."""
        token = case.turn()
        if self.dice.random() < 0.8:
            hours = 0.05 if case.is_chat and self.dice.random() < 0.5 else self.dice.lognormvariate(2.6, 1.4)
            self.plan(epoch + min(hours, 500) * HOUR, self.customer_writes, case, token, "answer")
            if self.dice.random() < 0.06:
                self.plan(epoch + hours * HOUR * 0.3, self.customer_writes, case, token, "more")
        self.plan(epoch + 3 * DAY, self.remind, case, token)
        self.plan(epoch + 12 * DAY, self.give_up, case, token)

    def after_solving(self, epoch: float, case: Case, *, will_reopen: bool) -> None:
        """Four days later it is closed, unless the customer comes back: because it failed, or to say thanks."""
        token = case.turn()
        if will_reopen:
            case.replies_left = self.dice.choice((1, 1, 2))
            self.plan(
                epoch + min(self.dice.lognormvariate(2.6, 1.1), 95) * HOUR, self.customer_writes, case, token, "still"
            )
        elif self.dice.random() < 0.06 and not case.reopened:
            self.plan(epoch + self.dice.uniform(0.1, 9) * HOUR, self.customer_writes, case, token, "thanks")
        self.plan(epoch + 4 * DAY, self.close, case, token)

    # what the clock does

    def hold_ends(self, epoch: float, case: Case, token: int) -> None:
        """What it waited for has come."""
        if token == case.token:
            case.turn()
            case.goes(epoch, SYSTEM, OPEN, "timer")
            self.floor.put_in_line(epoch, case)

    def take_up_again(self, epoch: float, case: Case, token: int) -> None:
        """Time for another try."""
        if token == case.token and not case.in_line and not case.at_work:
            self.floor.put_in_line(epoch, case)

    def remind(self, epoch: float, case: Case, token: int) -> None:
        """Three days without an answer."""
        if token == case.token and case.state == PENDING:
            case.did(epoch, SYSTEM, "say", "remind")

    def give_up(self, epoch: float, case: Case, token: int) -> None:
        """Twelve days without an answer: settled."""
        if token == case.token and case.state == PENDING:
            case.goes(epoch, SYSTEM, SOLVED, "timer")
            self.after_solving(epoch, case, will_reopen=False)

    def close(self, epoch: float, case: Case, token: int) -> None:
        """Solved for four days."""
        if token == case.token and case.state in DONE:
            case.goes(epoch, SYSTEM, CLOSED, "timer")
