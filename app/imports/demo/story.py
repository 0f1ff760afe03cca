"""From a simulated case to a history: the same shape in which any other history enters."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

from app.imports.demo.canned import canned_replies
from app.imports.demo.journey import CUSTOMER, SOLVED, SYSTEM, Case, Step
from app.imports.demo.staff import Staff
from app.imports.demo.texts import Speaker
from app.imports.facts import (
    Booked,
    CaseHistory,
    Fact,
    FieldIs,
    Opened,
    OwnerIs,
    PriorityIs,
    QueueIs,
    Rated,
    Record,
    Said,
    StateIs,
    TagsAre,
)
from app.tickets.origin import edited
from core import actor as actors
from core.actor import Actor

DAY, HOUR = 86_400.0, 3_600.0
CARELESS = 5
"""One agent in so many rarely books time."""
FOND = (1.0, 0.9, 0.75, 0.95, 0.5)
"""How often agents begin with a canned reply where there is one, five habits in turn."""
RATES = 0.24
"""How many say how content they are, once it is solved."""


def history_of(case: Case, staff: Staff, seed: int, until: float) -> CaseHistory:
    """The history of a case up to an instant, with its words."""
    return Story(case, staff, seed, until).tell()


class Story:
    """One case being told."""

    def __init__(self, case: Case, staff: Staff, seed: int, until: float) -> None:
        self.until = until
        self.case = case
        self.staff = staff
        self.dice = random.Random(f"{seed}/{case.index}")  # noqa: S311 — a story, no secret
        self.beside = random.Random(f"{seed}/beside/{case.index}")  # noqa: S311 — what is told beside changes no words
        self.customer = staff.customer(case.arrival.customer, _instant(case.arrival.epoch))
        arrival = case.arrival
        self.speaker = Speaker(case.topic, arrival.customer.language, arrival.customer.name, self.dice)

    def tell(self) -> CaseHistory:
        """Its records in order of time; steps of one instant stay in the order in which they were taken."""
        steps = sorted([*self.case.steps, *self._ratings()], key=lambda step: step[0])
        records = [record for step in steps for record in self._records(step)]
        return CaseHistory(f"demo:{self.case.index + 1}", self.speaker.subject(), records)

    def _records(self, step: Step) -> Iterator[Record]:
        epoch, hand, what, _ = step
        if what == "time" and self.beside.random() > (0.12 if hand % CARELESS == 3 else 0.85):
            return
        at, by = _instant(epoch), self._actor(hand)
        fact = self._fact(step, at, by)
        yield Record(at, by, fact)
        if what == "tags" and self.dice.random() < 0.35:
            yield Record(at, by, FieldIs("product", self.speaker.product))

    def _fact(self, step: Step, at: datetime, by: Actor) -> Fact:
        _, _, what, detail = step
        match what:
            case "open":
                queue, priority = detail
                return self._opened(queue, priority)
            case "say":
                return self._said(detail, by, step)
            case "owner":
                agent, method = detail
                return OwnerIs(None if agent is None else self.staff.agents[agent].id, method)
            case "queue":
                return QueueIs(self.staff.queues[detail])
            case "priority":
                return PriorityIs(detail)
            case "time":
                return self._booked(detail)
            case "rate":
                question, score = detail
                return Rated(score, question)
            case "tags":
                return TagsAre(frozenset(detail))
            case "state":
                state, reason = detail
                return StateIs(self.staff.states[state], reason)
        raise ValueError(f"nobody knows the step {what!r}")

    def _ratings(self) -> Iterator[Step]:
        """Now and then whoever asked says how content they are: less so the longer it took, and after reopenings."""
        begun = self.case.arrival.epoch
        solved = [(epoch, hand) for epoch, hand, what, detail in self.case.steps
                  if what == "state" and detail[0] == SOLVED]  # fmt: skip
        for n, (epoch, _) in enumerate(solved):
            rated = epoch + min(self.beside.lognormvariate(1.5, 1.1), 60) * HOUR
            back = any(epoch < when <= rated for when, hand, _, _ in self.case.steps if hand == CUSTOMER)
            mood = self.beside.gauss(4.7, 0.9) - min((epoch - begun) / DAY / 6, 1.8) - 0.6 * n
            if self.beside.random() < RATES and not back and rated < self.until:
                yield rated, CUSTOMER, "rate", ("csat", max(1, min(5, round(mood))))
                if self.beside.random() < 0.6:
                    yield rated, CUSTOMER, "rate", ("ces", max(1, min(7, round(1.4 * mood - 0.4))))
                    yield rated, CUSTOMER, "rate", ("nps", max(0, min(10, round(2.6 * mood - 2.5))))

    def _booked(self, minutes: int) -> Booked:
        roll = self.beside.random()
        name = "On the phone" if self.case.arrival.channel == "phone" and roll < 0.6 else (
            "Courtesy" if roll > 0.94 else "Looking into it" if roll > 0.7 else "Answering")  # fmt: skip
        activity_id: UUID = self.staff.activities[name]
        return Booked(minutes, activity_id, is_billable=name != "Courtesy")

    def _opened(self, queue: str, priority: int) -> Opened:
        person = self.case.arrival.customer
        return Opened(
            queue_id=self.staff.queues[queue],
            state=self.staff.states["new"],
            channel=self.case.arrival.channel,
            priority=priority,
            requester_id=self.customer.person_id,
            organisation_id=self.staff.firms[person.firm.name] if person.firm else None,
            language=person.language,
            custom={"area": self.case.topic.name},
        )

    def _said(self, what: str, by: Actor, step: Step) -> Said:
        speaker = self.speaker
        if what == "note":
            return Said(speaker.note(), "agent", by.person_id, "internal")
        if by.person_id is None:
            return Said(speaker.machine_says(what), "system", is_auto=True)
        if by is self.customer:
            text = speaker.first() if what == "first" else speaker.customer_says(what)
            return Said(text, "end_user", by.person_id, is_first=what == "first")
        text = speaker.agent_says(what, by.name)
        canned = canned_replies().get(speaker.last)
        if canned is None or not self._begins_with_it(step):
            return Said(text, "agent", by.person_id, made_from="hand")
        begun = canned.filled(speaker.customer, by.name)
        return Said(
            text, "agent", by.person_id,
            made_from="canned_reply", made_from_id=self.staff.canned[canned.name], edited=edited(begun, text),
        )  # fmt: skip

    def _begins_with_it(self, step: Step) -> bool:
        """Some like canned replies more than others, and all more from month to month. No dice: it moves no words."""
        epoch, hand, *_ = step
        founded = self.staff.founded_at.timestamp()
        known = 0.6 + 0.4 * (epoch - founded) / (self.until - founded)
        return (int(epoch) * 7919 + self.case.index) % 1000 < 1000 * FOND[hand % len(FOND)] * known

    def _actor(self, hand: int) -> Actor:
        if hand == CUSTOMER:
            return self.customer
        return actors.SYSTEM if hand == SYSTEM else self.staff.actors[hand]


def _instant(epoch: float) -> datetime:
    """To the second: nobody keeps a mailbox by the microsecond."""
    return datetime.fromtimestamp(int(epoch), UTC)
