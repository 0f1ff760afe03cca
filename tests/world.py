"""A small company for tests: real commands at stated times, and a cast of four.

Ana and Bo are agents in different teams (Ana in Billing, Bo in Technical), Cleo is a customer, Dov manages both.

    ticket = world.ticket(opened="mon 9:00", assigned=("mon 9:05", "ana"), replied="mon 9:20", solved="tue 10:00")
    world.do("ana", Prioritise(priority=4), ticket, at="tue 11:00")
"""

import re
from collections.abc import Iterator
from copy import copy
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.first_company import OF_AGENTS, OF_CUSTOMERS, OF_SUPERVISORS, found_company
from app.identity.asking import actor_of
from app.people.person import Organisation, Person
from app.people.setup import define_organisation, define_person
from app.queues.house import house_of
from app.queues.queue import Queue
from app.queues.setup import define_queue, set_rights
from app.tickets.command import Command
from app.tickets.commands import (
    Assign,
    Close,
    Move,
    Note,
    Open,
    Prioritise,
    Reopen,
    Reply,
    Retitle,
    SetState,
    Solve,
    Tag,
)
from app.tickets.decider import handle
from app.tickets.ticket import Ticket
from core import clock
from core.actor import SYSTEM, Actor, Role
from core.events import Category

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
"""Midnight before "mon 0:00" of week 1."""

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WHEN = re.compile(r"(?:week (\d+) )?(mon|tue|wed|thu|fri|sat|sun) (\d{1,2}):(\d\d)(?::(\d\d))?")


def at(when: str | datetime) -> datetime:
    """An instant (UTC) from words: "mon 9:00", "tue 14:30:15", "week 2 fri 17:00"; week 1 begins on 2026-01-05."""
    if isinstance(when, datetime):
        return when
    match = WHEN.fullmatch(when)
    assert match, f"{when!r} is no time such as 'mon 9:00' or 'week 2 fri 17:00'"
    week, day, hour, minute, second = match.groups()
    return MONDAY + timedelta(
        weeks=int(week or 1) - 1, days=DAYS.index(day), hours=int(hour), minutes=int(minute), seconds=int(second or 0)
    )


class World:
    """The company of the tests in one database session. Nothing in it goes past the rules.

    It is founded, unless the database is a copy of one in which it stands (`module_database_url`).
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        stands = session.execute(sa.select(col(Person.id)).where(col(Person.email) == "ana@example.com")).first()
        (self._find if stands else self._found)()

    def _found(self) -> None:
        session = self.session
        with clock.at(MONDAY - timedelta(weeks=4)):
            found_company(session)
            self.acme = define_organisation(session, SYSTEM, name="Acme", tier="gold", region="EU")
            self.ana = self.person("Ana", Role.AGENT)
            self.bo = self.person("Bo", Role.AGENT)
            self.cleo = self.person("Cleo", Role.CUSTOMER, organisation_id=self.acme.id)
            self.dov = self.person("Dov", Role.SUPERVISOR)
            self.billing = self.team("Billing", self.ana)
            self.technical = self.team("Technical", self.bo)

    def _find(self) -> None:
        people = {one.name: one for one in self.session.scalars(sa.select(Person)).all()}
        self.ana, self.bo, self.cleo, self.dov = (people[name] for name in ("Ana", "Bo", "Cleo", "Dov"))
        self.acme = self.session.scalars(sa.select(Organisation).where(col(Organisation.name) == "Acme")).one()
        queues = {one.name: one.id for one in self.session.scalars(sa.select(Queue)).all()}
        self.billing, self.technical = queues["Billing"], queues["Technical"]

    def in_session(self, session: Session) -> "World":
        """The same company in another session on its database."""
        again = copy(self)
        again.session = session
        for name, one in vars(self).items():
            if isinstance(one, Person | Organisation):
                setattr(again, name, session.get_one(type(one), one.id))
        return again

    def person(self, name: str, role: Role, *, organisation_id: UUID | None = None) -> Person:
        """Somebody new; their address is their name at example.com."""
        return define_person(
            self.session, SYSTEM, name=name, email=f"{name}@example.com", role=role, organisation_id=organisation_id
        )

    def team(self, name: str, *agents: Person) -> UUID:
        """A queue with its agents. Dov manages it; customers may open tickets in it."""
        queue_id = define_queue(self.session, SYSTEM, name=name).id
        for agent in agents:
            self.grant(queue_id, agent, OF_AGENTS)
        self.grant(queue_id, self.dov, OF_SUPERVISORS)
        set_rights(self.session, SYSTEM, queue_id=queue_id, holder_kind="role", holder="customer", rights=OF_CUSTOMERS)
        return queue_id

    def grant(self, queue_id: UUID, person: Person, rights: list[str]) -> None:
        """Say what a person may do in a queue."""
        set_rights(self.session, SYSTEM, queue_id=queue_id, holder_kind="person", holder=str(person.id), rights=rights)

    def actor(self, who: str | Person | Actor) -> Actor:
        """Ana, Bo, Cleo, Dov (by first name), a person or an actor, as the one who asks."""
        if isinstance(who, Actor):
            return who
        return actor_of(self.session, getattr(self, who) if isinstance(who, str) else who)

    def state(self, category: str) -> UUID:
        """The default state of a category."""
        return house_of(self.session).state_for(Category(category)).id

    def queue(self, name: str | UUID) -> UUID:
        """A queue by its attribute's name: "billing", "technical"."""
        return name if isinstance(name, UUID) else getattr(self, name)

    def do(
        self, who: str | Person | Actor, command: Command, ticket: Ticket | UUID | None = None, *,
        at: str | datetime = "mon 9:00", **more: Any,
    ) -> Ticket:  # fmt: skip
        """Somebody asks something at a stated time."""
        ticket_id = ticket.id if isinstance(ticket, Ticket) else ticket
        with clock.at(_at(at)):
            return handle(self.session, self.actor(who), command, ticket_id=ticket_id, **more)

    def ticket(
        self, *, opened: str | datetime = "mon 9:00", by: str = "cleo", queue: str | UUID = "billing",
        title: str = "The invoice is wrong", body: str = "It shows my old address.", priority: int = 2,
        worker: str | None = None, **steps: Any,
    ) -> Ticket:  # fmt: skip
        """A ticket with a life: each step is a time, a (time, argument) pair, or a list of those.

        Steps: assigned (agent), replied (text), customer_replied (text), noted (text), moved (queue), prioritised
        (priority), retitled, tagged (word), pending, held, opened_again, solved, closed, reopened, spam. They happen
        in the order of their times. `worker` acts for the house: else Ana in Billing, Bo in Technical, Dov elsewhere.
        """
        queue_id = self.queue(queue)
        ticket = self.do(by, Open(title=title, body=body, queue_id=queue_id, priority=priority), at=opened)
        for when, step, argument in sorted(_flat(steps), key=lambda one: one[0]):
            house_hand = worker or {self.billing: "ana", self.technical: "bo"}.get(ticket.queue_id, "dov")
            who = by if step == "customer_replied" else "dov" if step in ("moved", "spam") else house_hand
            self.do(who, self._command(step, argument, house_hand), ticket, at=when)
        return ticket

    def _command(self, step: str, argument: Any, house_hand: str) -> Command:
        match step:
            case "assigned":
                return Assign(agent_id=getattr(self, argument or house_hand).id)
            case "replied":
                return Reply(body=argument or "We have corrected it.")
            case "customer_replied":
                return Reply(body=argument or "It is still wrong.")
            case "noted":
                return Note(body=argument or "They moved house in May.")
            case "moved":
                return Move(queue_id=self.queue(argument))
            case "prioritised":
                return Prioritise(priority=argument or 4)
            case "retitled":
                return Retitle(title=argument or "Wrong address on the invoice")
            case "tagged":
                return Tag(add=[argument or "vip"])
            case "pending" | "held" | "opened_again" | "spam":
                categories = {"pending": "PENDING", "held": "HOLD", "opened_again": "OPEN", "spam": "SPAM"}
                return SetState(state_id=self.state(categories[step]))
            case "solved":
                return Solve()
            case "closed":
                return Close()
            case "reopened":
                return Reopen()
        raise AssertionError(f"no step is called {step!r}")


_at = at


def _flat(steps: dict[str, Any]) -> Iterator[tuple[datetime, str, Any]]:
    for step, given in steps.items():
        for one in given if isinstance(given, list) else [given]:
            when, argument = one if isinstance(one, tuple) else (one, None)
            yield at(when), step, argument
