"""States that lead on, ways that a queue allows, tickets that sleep."""

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from app.db import Database
from app.queues.setup import define_state, set_transitions
from app.queues.transitions import Transition
from app.tickets.command import Command
from app.tickets.commands import Reopen, Reply, SetField, SetState, Snooze, Solve
from app.tickets.refusals import FieldsAreMissing, MustBeConfirmed, NoSuchWay
from app.tickets.ticket import Ticket
from app.timers import runner
from core import clock
from core.actor import SYSTEM
from core.errors import Conflict, Invalid, NotAllowed
from core.events import Category, StatusChanged
from core.ledger import history
from tests.world import World, at

DAY = 86_400


class Company:
    """A world whose commands are committed one by one, and time that passes in it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.transaction() as session:
            self.world = World(session)

    def set_up(self, work: Callable[[Session], Any]) -> Any:
        """Change the house."""
        with self.database.transaction() as session:
            return work(session)

    def state(self, name: str, category: str, **more: Any) -> UUID:
        """A state of the house."""
        made = self.set_up(
            lambda session: define_state(session, SYSTEM, name=name, category=Category(category), **more)
        )
        state_id: UUID = made.id
        return state_id

    def default(self, category: str) -> UUID:
        """The state that a category falls back to."""
        with self.database.reading() as self.world.session:
            return self.world.state(category)

    def ticket(self, **life: Any) -> Ticket:
        """A ticket with a life."""
        with self.database.transaction() as self.world.session:
            return self.world.ticket(**life)

    def do(self, who: str, wish: Command, ticket: Ticket, when: str) -> Ticket:
        """Somebody asks something."""
        with self.database.transaction() as self.world.session:
            return self.world.do(who, wish, ticket, at=when)

    def passes(self, until: str) -> None:
        """Time passes, and timers run."""
        with clock.at(at(until)):
            while runner.run_due(self.database):
                pass

    def now(self, ticket: Ticket) -> Ticket:
        """The ticket as it stands."""
        with self.database.reading() as session:
            return session.get_one(Ticket, ticket.id)

    def last_change(self, ticket: Ticket) -> StatusChanged:
        """The newest change of its state."""
        with self.database.reading() as session:
            told = [one for one in history(session, ticket.id) if one.kind == "ticket.status_changed"]
        return StatusChanged.from_payload(told[-1].payload)


@pytest.fixture
def company(database_url: str) -> Iterator[Company]:
    with closing(Database(database_url)) as database:
        yield Company(database)


def test_a_solved_ticket_closes_by_itself_after_the_days_that_its_state_names(company: Company) -> None:
    company.state("solved for now", "SOLVED", is_default=True, auto_after_seconds=4 * DAY)
    ticket = company.ticket(opened="mon 9:00", solved="mon 10:00")
    company.passes("fri 9:59")
    assert company.now(ticket).category == "SOLVED"
    company.passes("fri 10:00")
    assert company.now(ticket).category == "CLOSED"
    assert company.last_change(ticket).reason == "timer"


def test_whoever_takes_a_ticket_up_again_stops_its_closing(company: Company) -> None:
    company.state("solved for now", "SOLVED", is_default=True, auto_after_seconds=4 * DAY)
    ticket = company.ticket(opened="mon 9:00", solved="mon 10:00", customer_replied="tue 9:00")
    company.passes("week 3 mon 9:00")
    assert company.now(ticket).category == "OPEN"


def test_a_state_leads_where_it_is_set_up_to_lead(company: Company) -> None:
    escalated = company.state("escalated", "OPEN")
    waiting = company.state("waiting for parts", "HOLD", auto_after_seconds=DAY, auto_next_state_id=escalated)
    ticket = company.ticket(opened="mon 9:00")
    company.do("ana", SetState(state_id=waiting), ticket, "mon 10:00")
    company.passes("tue 10:00")
    assert company.now(ticket).state_id == escalated


def test_a_sleeping_ticket_wakes_at_its_time_as_open(company: Company) -> None:
    ticket = company.ticket(opened="mon 9:00")
    asleep = company.do("ana", Snooze(until=at("wed 9:00")), ticket, "mon 10:00")
    assert (asleep.category, asleep.wakes_at) == ("PENDING", at("wed 9:00"))
    company.passes("wed 8:59")
    assert company.now(ticket).category == "PENDING"
    company.passes("wed 9:00")
    awake = company.now(ticket)
    assert (awake.category, awake.wakes_at) == ("OPEN", None)


def test_a_customers_reply_wakes_it_before_and_its_timer_is_gone(company: Company) -> None:
    ticket = company.ticket(opened="mon 9:00")
    company.do("ana", Snooze(until=at("wed 9:00")), ticket, "mon 10:00")
    company.do("cleo", Reply(body="Any news?"), ticket, "mon 11:00")
    company.do("ana", SetState(state_id=company.default("PENDING")), ticket, "mon 12:00")
    company.passes("thu 9:00")
    assert company.now(ticket).category == "PENDING"


def test_sleep_can_be_made_longer_and_a_state_can_be_set_until_a_time(company: Company) -> None:
    ticket = company.ticket(opened="mon 9:00")
    company.do("ana", SetState(state_id=company.default("HOLD"), until=at("tue 9:00")), ticket, "mon 10:00")
    company.do("ana", Snooze(until=at("thu 9:00")), ticket, "mon 11:00")
    company.passes("wed 9:00")
    assert company.now(ticket).category == "HOLD"
    company.passes("thu 9:00")
    assert company.now(ticket).category == "OPEN"


def test_nobody_sleeps_into_the_past_and_solved_tickets_do_not_sleep(world: World) -> None:
    with pytest.raises(Invalid):
        world.do("ana", Snooze(until=at("mon 9:00")), world.ticket(), at="mon 10:00")
    with pytest.raises(Conflict):
        world.do("ana", Snooze(until=at("wed 9:00")), world.ticket(solved="mon 9:30"), at="mon 10:00")


def test_a_ticket_is_reopened_where_its_state_says(world: World) -> None:
    again = define_state(world.session, SYSTEM, name="open again", category=Category.OPEN)
    answered = define_state(world.session, SYSTEM, name="answered", category=Category.SOLVED, reopen_to_id=again.id)
    for who, wish in (("cleo", Reply(body="No.")), ("ana", Reopen())):
        ticket = world.ticket(opened="mon 9:00")
        world.do("ana", SetState(state_id=answered.id), ticket, at="mon 10:00")
        assert world.do(who, wish, ticket, at="mon 11:00").state_id == again.id


def test_only_unsolved_and_solved_states_lead_on(world: World) -> None:
    with pytest.raises(Conflict):
        define_state(world.session, SYSTEM, name="gone", category=Category.CLOSED, auto_after_seconds=DAY)


def ways(world: World, *rules: Transition) -> None:
    set_transitions(world.session, SYSTEM, queue_id=world.billing, rules=rules)


def test_a_queue_allows_only_its_ways_and_a_refusal_names_them(world: World) -> None:
    ways(
        world,
        Transition(from_category=Category.NEW, to_category=Category.OPEN),
        Transition(from_category=Category.NEW, to_category=Category.PENDING),
        Transition(from_category=Category.OPEN, to_category=Category.SOLVED),
    )
    ticket = world.ticket(opened="mon 9:00")
    with pytest.raises(NoSuchWay) as refused:
        world.do("ana", Solve(), ticket, at="mon 10:00")
    assert refused.value.details["allowed"] == ["open", "pending"]
    world.do("ana", SetState(state_id=world.state("OPEN")), ticket, at="mon 10:01")
    assert world.do("ana", Solve(), ticket, at="mon 10:02").category == "SOLVED"


def test_what_follows_from_a_customers_reply_is_not_held_against_the_ways(world: World) -> None:
    ways(world, Transition(to_category=Category.SOLVED))
    ticket = world.ticket(opened="mon 9:00", solved="mon 10:00", customer_replied="mon 11:00")
    assert ticket.category == "OPEN"


def test_a_way_can_ask_for_fields_a_right_and_a_second_look(world: World) -> None:
    solving = {"to_category": Category.SOLVED}
    ways(world, Transition(**solving, required_fields=["product"], confirmation="Has the customer agreed?"))
    ticket = world.ticket(opened="mon 9:00")
    with pytest.raises(FieldsAreMissing, match="product"):
        world.do("ana", Solve(), ticket, at="mon 10:00")
    world.do("ana", SetField(field="product", value="printer"), ticket, at="mon 10:01")
    with pytest.raises(MustBeConfirmed, match="Has the customer agreed"):
        world.do("ana", Solve(), ticket, at="mon 10:02")
    assert world.do("ana", Solve(confirm=True), ticket, at="mon 10:03").category == "SOLVED"
    ways(world, Transition(**solving, right="delete"))
    with pytest.raises(NotAllowed, match="delete"):
        world.do("ana", Solve(), world.ticket(), at="mon 11:00")
    assert world.do("dov", Solve(), world.ticket(), at="mon 11:00").category == "SOLVED"


def test_the_rule_that_names_more_counts_more(world: World) -> None:
    ways(
        world,
        Transition(to_category=Category.SOLVED),
        Transition(from_category=Category.NEW, to_category=Category.SOLVED, confirmation="Without an answer?"),
    )
    with pytest.raises(MustBeConfirmed):
        world.do("ana", Solve(), world.ticket(), at="mon 10:00")
    assert world.ticket(opened="mon 9:00", replied="mon 9:10", solved="mon 9:20").category == "SOLVED"
