"""Replies that go out later: once, by the rules and rights of their moment, and nothing of them is lost."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import Database
from app.drafts.keep import drafts_of
from app.outgoing import mine
from app.outgoing.law import replies_wait_as_told
from app.outgoing.row import ScheduledReply
from app.outgoing.schedule import Wish, schedule
from app.people.person import Person
from app.tickets.commands import Close, Reply
from app.tickets.fold import rows_are_folds
from app.tickets.merge import merge
from app.tickets.queries import messages_of
from app.tickets.ticket import Ticket
from app.tickets.together import Deed
from app.timers import runner
from core import clock
from core.actor import Actor, Role
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.settings import Settings
from tests.world import World, at

NINE = at("mon 9:00")
TEN = at("mon 10:00")


class Shop:
    """A committed world, one ticket of Cleo's in Billing, and a clock."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.transaction() as session:
            self.world = World(session)
            self.ticket_id = self.world.ticket(opened=NINE).id

    def do(self, work: Callable[[Session], Any]) -> Any:
        """In a transaction of its own; the world works in it."""
        with self.database.transaction() as session:
            self.world.session = session
            return work(session)

    def later(
        self, body: str = "It is on its way.", *, who: str = "ana", when: str = "mon 9:30", **more: object
    ) -> UUID:
        """A reply of Ana's that is to go out at ten, written at half past nine."""
        wish = Wish.model_validate({"body": body, "send_at": TEN, **more})
        with clock.at(at(when)):
            return self.do(lambda session: schedule(session, self.world.actor(who), self.ticket_id, wish)[1].id)

    def run(self, when: str = "mon 10:00") -> int:
        """The timers look."""
        with clock.at(at(when)):
            return runner.run_due(self.database)

    def public(self, ticket_id: UUID | None = None) -> list[str]:
        """What the customer has read."""

        def read(session: Session) -> list[str]:
            ticket = session.get_one(Ticket, ticket_id or self.ticket_id)
            return [one.body for one in messages_of(session, self.world.actor("cleo"), ticket, limit=50)]

        return self.do(read)

    def waiting(self) -> list[ScheduledReply]:
        """All that is not sent."""
        with self.database.reading() as session:
            return list(session.execute(sa.select(ScheduledReply)).scalars())

    def holds(self, settings: Settings) -> bool:
        """Whether the laws about it hold."""
        return not replies_wait_as_told(settings).examples and not rows_are_folds(settings).examples


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    with closing(Database(database_url)) as database:
        yield Shop(database)


def test_a_reply_goes_out_at_its_time_and_once(shop: Shop, settings: Settings) -> None:
    shop.later()
    assert (shop.run("mon 9:59"), shop.public()[1:]) == (0, [])
    assert (shop.run(), shop.run()) == (1, 0)
    assert shop.public()[1:] == ["It is on its way."]
    assert shop.waiting() == []
    ticket = shop.do(lambda session: session.get_one(Ticket, shop.ticket_id))
    assert ticket.first_replied_at == TEN, "the first reply counts from when it went out"
    assert (ticket.category, ticket.awaiting_reply_since) == ("OPEN", None)
    assert shop.holds(settings)


def test_two_runners_send_each_reply_once(shop: Shop) -> None:
    for number in range(8):
        shop.later(f"Number {number}.")
    with clock.at(TEN), ThreadPoolExecutor(2) as pair:
        while sum(pair.map(lambda _: runner.run_due(shop.database), range(2))) or shop.waiting():
            pass
    assert sorted(shop.public()[1:]) == [f"Number {number}." for number in range(8)]


def test_what_could_not_be_said_now_is_refused_at_once(shop: Shop) -> None:
    with pytest.raises(NotAllowed):
        shop.later(who="cleo")
    with pytest.raises(NotFound):
        shop.later(who="bo")
    with pytest.raises(Invalid, match="in the future"):
        shop.later(when="mon 11:00")
    assert shop.waiting() == []


def test_it_is_held_if_the_customer_writes_before(shop: Shop, settings: Settings) -> None:
    shop.later()
    shop.do(lambda _: shop.world.do("cleo", Reply(body="Never mind."), shop.ticket_id, at="mon 9:45"))
    assert shop.run() == 1
    (held,) = shop.waiting()
    assert (held.held_code, held.body) == ("customer_wrote", "It is on its way.")
    assert shop.public()[1:] == ["Never mind."]
    assert shop.holds(settings)


def test_it_goes_out_all_the_same_if_its_author_said_so(shop: Shop) -> None:
    shop.later(unless_customer_writes=False)
    shop.do(lambda _: shop.world.do("cleo", Reply(body="Never mind."), shop.ticket_id, at="mon 9:45"))
    shop.run()
    assert shop.public()[1:] == ["Never mind.", "It is on its way."]


def test_a_held_reply_can_still_be_sent(shop: Shop, settings: Settings) -> None:
    reply_id = shop.later()
    shop.do(lambda _: shop.world.do("cleo", Reply(body="Never mind."), shop.ticket_id, at="mon 9:45"))
    shop.run()
    shop.do(lambda session: mine.send_now(session, shop.world.actor("ana"), reply_id))
    assert shop.public()[1:] == ["Never mind.", "It is on its way."]
    assert shop.holds(settings)


def test_a_ticket_that_was_closed_meanwhile_keeps_it_for_its_author(shop: Shop) -> None:
    shop.later()
    shop.do(lambda _: shop.world.do("ana", Close(), shop.ticket_id, at="mon 9:45"))
    shop.run()
    (held,) = shop.waiting()
    assert (held.held_code, "closed" in held.held_words) == ("ticket_is_closed", True)
    assert shop.public()[1:] == []


def test_who_may_no_longer_reply_sends_nothing(shop: Shop) -> None:
    shop.later()
    shop.do(lambda _: shop.world.grant(shop.world.billing, shop.world.ana, ["read"]))
    shop.run()
    (held,) = shop.waiting()
    assert held.held_code == "not_allowed"
    assert shop.public()[1:] == []


def test_who_left_the_house_sends_nothing(shop: Shop) -> None:
    shop.later()
    shop.do(lambda session: setattr(session.get_one(Person, shop.world.ana.id), "is_active", False))
    shop.run()
    assert [held.held_code for held in shop.waiting()] == ["author_may_not_reply"]


def test_it_follows_a_merge(shop: Shop, settings: Settings) -> None:
    shop.later()
    target_id = shop.do(lambda _: shop.world.ticket(opened="mon 9:10").id)
    with clock.at(at("mon 9:40")):
        shop.do(lambda session: merge(Deed(session, shop.world.actor("dov")), shop.ticket_id, target_id))
    shop.run()
    assert "It is on its way." in shop.public(target_id)
    assert shop.waiting() == []
    assert shop.holds(settings)


def test_it_does_not_follow_to_where_its_author_sees_nothing(shop: Shop) -> None:
    shop.later()
    target_id = shop.do(lambda _: shop.world.ticket(opened="mon 9:10", queue="technical").id)
    with clock.at(at("mon 9:40")):
        shop.do(lambda session: merge(Deed(session, shop.world.actor("dov")), shop.ticket_id, target_id))
    shop.run()
    assert [held.held_code for held in shop.waiting()] == ["author_may_not_reply"]


def test_taken_back_it_is_a_draft_again_and_does_not_go_out(shop: Shop, settings: Settings) -> None:
    reply_id = shop.later()
    shop.do(lambda session: mine.take_back(session, shop.world.actor("ana"), reply_id))
    assert (shop.run(), shop.public()[1:], shop.waiting()) == (0, [], [])
    ticket = shop.do(lambda session: session.get_one(Ticket, shop.ticket_id))
    (draft,) = shop.do(lambda session: drafts_of(session, shop.world.actor("ana"), ticket))
    assert (draft.kind, draft.body) == ("reply", "It is on its way.")
    assert shop.holds(settings)


def test_colleagues_see_and_hold_it_but_do_not_send_it(shop: Shop) -> None:
    reply_id = shop.later()
    dov, bo, cleo = (shop.do(lambda _, who=who: shop.world.actor(who)) for who in ("dov", "bo", "cleo"))
    ticket = shop.do(lambda session: session.get_one(Ticket, shop.ticket_id))
    assert shop.do(lambda session: [row.id for row in mine.of_ticket(session, dov, ticket)]) == [reply_id]
    assert shop.do(lambda session: list(mine.of_ticket(session, cleo, ticket))) == []
    for deed in (mine.send_now, mine.take_back, mine.cancel):
        with pytest.raises(NotAllowed):
            shop.do(lambda session, deed=deed: deed(session, dov, reply_id))
        for outsider in (bo, cleo):
            with pytest.raises(NotFound):
                shop.do(lambda session, deed=deed, outsider=outsider: deed(session, outsider, reply_id))
    shop.do(lambda session: mine.hold(session, dov, reply_id))
    assert shop.run() == 0
    assert [held.held_words[:12] for held in shop.waiting()] == ["Dov held it "]


def test_who_lost_sight_of_a_ticket_still_has_their_words(shop: Shop, settings: Settings) -> None:
    reply_id = shop.later()
    shop.do(lambda _: shop.world.grant(shop.world.billing, shop.world.ana, []))
    shop.run()
    assert shop.do(lambda session: [row.body for row in mine.of_author(session, shop.world.actor("ana"))]) == [
        "It is on its way."
    ]
    shop.do(lambda session: mine.cancel(session, shop.world.actor("ana"), reply_id))
    assert shop.waiting() == []
    assert shop.holds(settings)


def test_a_light_agent_schedules_nothing(shop: Shop) -> None:
    def light(_: Session) -> Actor:
        lou = shop.world.person("Lou", Role.LIGHT_AGENT)
        shop.world.grant(shop.world.billing, lou, ["read", "note"])
        return shop.world.actor(lou)

    lou = shop.do(light)
    wish = Wish(body="Hi.", delay_seconds=10)
    with pytest.raises(NotAllowed), clock.at(NINE + timedelta(minutes=1)):
        shop.do(lambda session: schedule(session, lou, shop.ticket_id, wish))


def test_a_held_reply_of_a_closed_ticket_is_refused_again_and_stays(shop: Shop) -> None:
    reply_id = shop.later()
    shop.do(lambda _: shop.world.do("ana", Close(), shop.ticket_id, at="mon 9:45"))
    shop.run()
    with pytest.raises(Conflict, match="closed"):
        shop.do(lambda session: mine.send_now(session, shop.world.actor("ana"), reply_id))
    assert [held.body for held in shop.waiting()] == ["It is on its way."]
