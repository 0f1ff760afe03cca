"""Rights by what somebody is to a ticket: its owner, its creator, involved in it, a watcher of it."""

import runpy
from pathlib import Path

import pytest
import sqlalchemy as sa

from app import migrations
from app.people.person import Person
from app.policy import can, may_see
from app.queues.setup import define_queue, set_rights
from app.tickets.commands import Assign, Note, Open, Unwatch, Watch
from app.tickets.refusals import NoSuchPerson, TooManyWatchers
from app.tickets.ticket import Ticket
from core.actor import SYSTEM, Role
from core.errors import Invalid, NotAllowed, NotFound
from core.relation import Relation
from tests.world import World

VERSIONS = Path(migrations.__file__).parent / "versions"


def granted(world: World, relation: str, *rights: str) -> None:
    """A right in Billing for whoever stands so to a ticket."""
    set_rights(
        world.session, SYSTEM, queue_id=world.billing, holder_kind="relation", holder=relation, rights=list(rights)
    )


def sees(world: World, who: str | Person, ticket: Ticket) -> bool:
    return may_see(world.actor(who), ticket)


def test_who_opens_a_ticket_is_its_creator(world: World) -> None:
    assert world.ticket(by="cleo").creator_id == world.cleo.id


def test_who_owned_or_annotated_a_ticket_stays_involved(world: World) -> None:
    ticket = world.ticket(
        assigned=[("mon 9:05", "ana"), ("mon 9:10", "dov")], noted="mon 9:15", customer_replied="mon 10:00"
    )
    assert set(ticket.involved_ids) == {world.ana.id, world.dov.id}


def test_a_watcher_sees_what_is_granted_to_watchers(world: World) -> None:
    granted(world, "watcher", "note")
    watched, other = world.ticket(), world.ticket()
    world.do("dov", Watch(person_id=world.bo.id), watched)
    assert (sees(world, "bo", watched), sees(world, "bo", other)) == (True, False)
    assert world.do("bo", Note(body="I have seen this before."), watched).message_count == 2
    world.do("bo", Unwatch(), watched)
    with pytest.raises(NotFound):
        world.do("bo", Note(body="And again."), watched)


def test_who_was_involved_still_sees_the_ticket_in_another_queue(world: World) -> None:
    granted(world, "involved", "read")
    ticket = world.ticket(queue="technical", noted="mon 9:10", moved=("mon 9:20", "billing"))
    assert sees(world, "bo", ticket)
    assert not can(world.actor("bo"), "note", ticket.queue_id, ticket)


def test_the_owner_keeps_working_where_the_team_may_not(world: World) -> None:
    granted(world, "owner", "reply", "note")
    world.grant(world.billing, world.bo, ["own"])
    ticket = world.do("dov", Assign(agent_id=world.bo.id), world.ticket())
    world.grant(world.billing, world.bo, [])
    assert can(world.actor("bo"), "reply", world.billing, ticket)
    assert not can(world.actor("bo"), "reply", world.billing, world.ticket())
    assert not can(world.actor("bo"), "reply", world.billing)


def test_a_relation_s_rights_hold_in_the_queues_below(world: World) -> None:
    granted(world, "creator", "read")
    below = define_queue(world.session, SYSTEM, name="Refunds", parent_id=world.billing).id
    world.grant(below, world.bo, ["create"])
    ticket = world.do("bo", Open(title="Double charge", body="Twice.", queue_id=below))
    world.grant(below, world.bo, [])
    assert sees(world, "bo", ticket)


@pytest.mark.parametrize("relation", list(Relation))
def test_customers_gain_nothing_by_a_relation(world: World, relation: str) -> None:
    granted(world, relation, "read", "note", "close")
    eve = world.person("Eve", Role.CUSTOMER)
    assert (world.actor(eve).scope.related, world.actor(eve).related) == ((), {})


def test_an_unknown_relation_is_refused(world: World) -> None:
    with pytest.raises(Invalid, match="no relation 'neighbour'"):
        granted(world, "neighbour", "read")


def test_watching_twice_is_watching_once(world: World) -> None:
    ticket = world.do("ana", Watch(), world.ticket())
    version = ticket.version
    assert world.do("ana", Watch(person_id=world.ana.id), ticket).version == version
    assert world.do("ana", Unwatch(), ticket).watcher_ids == []


def test_to_make_others_watch_takes_the_right_to_assign(world: World) -> None:
    world.grant(world.billing, world.bo, ["read"])
    with pytest.raises(NotAllowed):
        world.do("bo", Watch(person_id=world.ana.id), world.ticket())


def test_customers_do_not_watch_and_are_not_made_to(world: World) -> None:
    ticket = world.ticket()
    with pytest.raises(NotAllowed, match="Only colleagues"):
        world.do("cleo", Watch(), ticket)
    with pytest.raises(NoSuchPerson):
        world.do("dov", Watch(person_id=world.cleo.id), ticket)


def test_a_ticket_has_room_for_fifty_watchers(world: World) -> None:
    ticket = world.ticket()
    for number in range(50):
        world.do("dov", Watch(person_id=world.person(f"W{number}", Role.AGENT).id), ticket)
    with pytest.raises(TooManyWatchers):
        world.do("ana", Watch(), ticket)


def test_tickets_from_before_learn_from_their_events_who_had_a_hand_in_them(world: World) -> None:
    migration = next(path for path in VERSIONS.glob("*_relations.py"))
    ticket = world.ticket(assigned=[("mon 9:05", "ana"), ("mon 9:10", "dov")], replied="mon 9:20")
    learned = (ticket.creator_id, ticket.involved_ids)
    world.session.execute(sa.text("update ticket set creator_id = null, involved_ids = '{}'"))
    world.session.execute(sa.text(runpy.run_path(str(migration))["TOLD"]))
    world.session.refresh(ticket)
    assert (ticket.creator_id, ticket.involved_ids) == learned
