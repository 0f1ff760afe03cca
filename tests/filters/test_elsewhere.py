"""Filters on what no ticket's row tells: due times, clocks at risk, and whom notes call."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col

from app.calendars.setup import define_calendar
from app.filters.looked_up import finder
from app.filters.names import tree_of
from app.filters.sql import clause_of
from app.filters.tree import Tree
from app.queues.house import house_of
from app.rest.page import page_of
from app.sla.remaining import dues
from app.tickets.commands import Note, Prioritise
from app.tickets.queries import TicketFilter, find_tickets, sort_key
from app.tickets.ticket import Ticket
from core import clock
from core.actor import SYSTEM, Role
from core.errors import Invalid
from search.filter_text import NotUnderstood
from search.query import parse
from tests.sla.desk import HOUR, promise, set_policy
from tests.sla.life import office
from tests.world import MONDAY, World, at


def found(world: World, text: str, who: str = "dov", when: str | datetime = "mon 12:00") -> set[int]:
    with clock.at(at(when)):
        asked = Tree.from_json(tree_of(world.session, world.actor(who), text).to_json())
        return set(world.session.execute(sa.select(col(Ticket.number)).where(clause_of(asked))).scalars())


@pytest.fixture
def promised(world: World) -> World:
    """Work from nine to five; billing promises in work time, everybody else around the clock."""
    with clock.at(MONDAY):
        calendar = define_calendar(world.session, SYSTEM, name="Office", calendar=office(zone="UTC"))
    seconds = {"normal": 8 * HOUR, "urgent": 1 * HOUR}
    in_hours: dict[str, Any] = {"basis": "business", "calendar_id": str(calendar.calendar_id), "seconds": seconds}
    set_policy(world, {"metric": "first_reply", **in_hours}, promise("requester_wait", 100),
               name="Work time", conditions="queue:billing")  # fmt: skip
    set_policy(world, promise("first_reply", 4))
    return world


def test_what_is_due_is_found_by_when(promised: World) -> None:
    quick = promised.ticket(opened="mon 10:00", queue="technical")  # due mon 14:00
    slow = promised.ticket(opened="mon 15:00")  # due tue 15:00, by the hours of work
    done = promised.ticket(opened="mon 10:00", queue="technical", replied="mon 11:00")
    everything = {quick.number, slow.number, done.number}
    for text, expected in {
        "due:121min": [quick], "due:2h": [], "due<1d": [quick], "due>1d": [slow], "due:today": [quick],
        "due:tomorrow": [slow], "due<=2026-01-06": [quick, slow], "due:none": [done],
        "is:open -due:none due<1w": [quick, slow],
    }.items():  # fmt: skip
        assert found(promised, text) == {ticket.number for ticket in expected}, text
    assert found(promised, "due:2h", when="mon 14:01") == set(), "what is late is not to come"
    assert found(promised, "due<2h or due>1h or due:none", when="mon 14:01") == everything


def test_breached_begins_the_moment_after_the_due_time(promised: World) -> None:
    ticket = promised.ticket(opened="mon 10:00", queue="technical")
    assert found(promised, "is:breached", when=at("mon 14:00")) == set(), "it can still be met"
    assert found(promised, "is:breached", when=at("mon 14:00") + timedelta(milliseconds=1)) == {ticket.number}


def test_at_risk_is_what_the_list_marks_as_soon(promised: World) -> None:
    tickets = [
        promised.ticket(opened=when, queue=queue, priority=priority, **more)
        for when in ("mon 9:00", "mon 12:00", "mon 16:50")
        for queue in ("billing", "technical")
        for priority in (2, 4)
        for more in ({}, {"pending": "mon 16:55"}, {"replied": "mon 16:57"})
    ]
    promised.do("dov", Prioritise(priority=4), tickets[0], at="mon 16:58")
    told: set[frozenset[int]] = set()
    for hours in range(0, 26, 2):
        now = at("mon 17:00") + timedelta(hours=hours, minutes=7)
        marked = dues(promised.session, house_of(promised.session).sla, [one.id for one in tickets], now)
        soon = {one.number for one in tickets if any(due.tone == "soon" for due in marked.get(one.id, ()))}
        assert found(promised, "is:at-risk", when=now) == soon, now
        told.add(frozenset(soon))
    assert len(told) > 3, "the answer changed with time"


def test_pages_by_due_time_join_to_the_whole(promised: World) -> None:
    for n in range(5):
        promised.ticket(opened=f"mon {9 + n}:00", queue="technical")
        promised.ticket(opened=f"mon {9 + n}:30", queue="technical", replied="mon 16:00")
    for sort in ("due", "-due"):
        for limit in (1, 4, 20):
            whole = pages(promised, sort, limit)
            dated = [one.due_at for one in whole if one.due_at]
            assert len(whole) == len({one.id for one in whole}) == 10
            assert dated == sorted(dated, reverse=sort == "-due")
            assert [one.due_at for one in whole[5:]] == [None] * 5, "without a due time last"


def pages(world: World, sort: str, limit: int) -> list[Ticket]:
    rows: list[Ticket] = []
    wanted = TicketFilter.model_validate({"sort": sort, "limit": limit})
    while True:
        found = find_tickets(world.session, world.actor("dov"), wanted)
        page, after = page_of(found, limit, lambda one: one, lambda one: sort_key(one, "due"))
        wanted = wanted.model_copy(update={"after": after})
        rows += page
        if after is None:
            return rows


@pytest.mark.parametrize("text", ["due:2h", "due:none", "is:breached", "-is:at-risk", "mentioned:me", "mentioned:ana"])
def test_customers_cannot_ask_for_it(world: World, text: str) -> None:
    with pytest.raises(NotUnderstood, match="for colleagues"):
        tree_of(world.session, world.actor("cleo"), text)


def test_customers_cannot_order_by_it(world: World) -> None:
    with pytest.raises(Invalid, match="for colleagues"):
        find_tickets(world.session, world.actor("cleo"), TicketFilter(sort="due"))


def test_mentions_are_found_by_whom_they_call(world: World) -> None:
    one, other = world.ticket(), world.ticket()
    world.do("ana", Note(body="Look.", mentions=[world.dov.id]), one)
    world.do("dov", Note(body="Look.", mentions=[world.ana.id]), other)
    assert found(world, "mentioned:me") == {one.number}
    assert found(world, "mentioned:ana") == {other.number}
    assert found(world, "mentioned:me or mentioned:ana") == {one.number, other.number}
    assert found(world, "-mentioned:me") == {other.number}


def test_a_mention_in_a_restricted_note_is_found_by_who_may_read_it(world: World) -> None:
    eve = world.person("Eve", Role.AGENT)
    world.grant(world.billing, eve, ["read", "note"])
    ticket = world.ticket(assigned="mon 9:00")
    world.do("dov", Note(body="Salary.", visibility="restricted", mentions=[world.ana.id]), ticket)
    assert found(world, "mentioned:ana", "dov") == {ticket.number}
    assert found(world, f"mentioned:{world.ana.id}", world.actor(eve)) == set()


def test_search_reads_the_same_filters(promised: World) -> None:
    ticket = promised.ticket(opened="mon 10:00", queue="technical")
    promised.ticket(opened="mon 15:00")
    promised.do("dov", Note(body="Look.", mentions=[promised.ana.id]), promised.ticket(opened="mon 11:00"))
    dov = promised.actor("dov")
    with clock.at(at("mon 15:00")):
        question = parse("is:breached (tag:vip or -mentioned:ana)", found=finder(promised.session, dov))
        assert question.wanted == ()
        first, _ = question.conditions
        assert getattr(first, "numbers", None) == (ticket.number,)
        assert parse("is:breached").conditions == (), "where nobody looks it up, these are words"


def test_times_to_come_know_no_months(world: World) -> None:
    for text in ("due<30m", "due:1y", "mentioned:none", "due:soon"):
        with pytest.raises(NotUnderstood):
            tree_of(world.session, world.actor("dov"), text)
