"""Notes for few, and colleagues who only annotate."""

import pytest
import sqlalchemy as sa
from sqlmodel import col

from app.people.person import Person
from app.policy import can, message_filter
from app.queues.setup import set_rights
from app.tickets.commands import Assign, Note, Reply, SetField, Tag, Watch
from app.tickets.queries import history_of, messages_of
from app.tickets.refusals import NotAnOwner
from app.tickets.ticket import Message, Ticket
from core.actor import SYSTEM, Role
from core.errors import NotAllowed
from core.events import MessageAdded
from tests.world import World


@pytest.fixture
def ticket(world: World) -> Ticket:
    """Cleo's ticket in Billing with a note for all and one, by Ana, for few. Bo reads Billing."""
    world.grant(world.billing, world.bo, ["read", "note"])
    ticket = world.ticket(noted=("mon 9:10", "For all."))
    return world.do("ana", Note(body="For few.", visibility="restricted"), ticket, at="mon 9:20")


def read_by(world: World, who: str | Person, ticket: Ticket) -> list[str]:
    return [one.body for one in messages_of(world.session, world.actor(who), ticket, limit=50)][1:]


def test_a_restricted_note_is_read_by_its_author(world: World, ticket: Ticket) -> None:
    assert read_by(world, "ana", ticket) == ["For all.", "For few."]


def test_colleagues_do_not_read_it_and_customers_read_no_note(world: World, ticket: Ticket) -> None:
    assert (read_by(world, "bo", ticket), read_by(world, "cleo", ticket)) == (["For all."], [])
    told = history_of(world.session, world.actor("bo"), ticket)
    assert sum(one.kind == MessageAdded.kind for one in told) == 2


def test_the_owner_of_the_ticket_reads_it_while_they_own_it(world: World, ticket: Ticket) -> None:
    world.grant(world.billing, world.bo, ["own"])
    world.do("dov", Assign(agent_id=world.bo.id), ticket)
    assert read_by(world, "bo", ticket) == ["For all.", "For few."]
    world.do("dov", Assign(agent_id=None), ticket)
    assert read_by(world, "bo", ticket) == ["For all."]


def test_who_administers_the_queue_reads_it(world: World, ticket: Ticket) -> None:
    world.grant(world.billing, world.bo, ["admin"])
    assert read_by(world, "bo", ticket) == ["For all.", "For few."]
    assert read_by(world, world.person("Ada", Role.ADMIN), ticket) == ["For all.", "For few."]


@pytest.mark.parametrize("who", ["ana", "bo", "cleo", "dov"])
def test_the_filter_for_messages_is_the_predicate(world: World, ticket: Ticket, who: str) -> None:
    scope = world.actor(who).scope
    world.session.flush()
    rows = world.session.execute(sa.select(Message).where(col(Message.ticket_id) == ticket.id)).scalars().all()
    found = world.session.execute(
        sa.select(col(Message.id)).where(col(Message.ticket_id) == ticket.id, message_filter(scope, ticket))
    )
    assert set(found.scalars()) == {one.id for one in rows if scope.reads(one.visibility, one.author_id, ticket)}


def test_search_knows_nothing_of_restricted_notes(world: World, ticket: Ticket) -> None:
    world.session.flush()
    document = world.session.execute(
        sa.text("select bodies_public, bodies_internal from ticket_document where ticket_id = :id"), {"id": ticket.id}
    ).one()
    assert document == (["It shows my old address."], ["For all."])


@pytest.fixture
def lou(world: World) -> Person:
    """A light agent to whom everything in Billing is granted."""
    lou = world.person("Lou", Role.LIGHT_AGENT)
    rights = ["read", "reply", "note", "own", "assign", "close", "admin"]
    world.grant(world.billing, lou, rights)
    set_rights(
        world.session, SYSTEM, queue_id=world.billing, holder_kind="relation", holder="watcher", rights=["reply"]
    )
    return lou


def test_a_light_agent_reads_and_annotates(world: World, lou: Person, ticket: Ticket) -> None:
    assert world.actor(lou).grants[world.billing] == {"read", "note"}
    assert read_by(world, lou, world.do(lou, Note(body="Ask Legal."), ticket, at="mon 9:30")) == [
        "For all.",
        "Ask Legal.",
    ]


@pytest.mark.parametrize(
    "do", [Reply(body="Hello!"), Tag(add=["legal"]), SetField(field="risk", value="high"), Assign(agent_id=None)]
)
def test_a_light_agent_does_nothing_else(world: World, lou: Person, ticket: Ticket, do: Reply) -> None:
    world.do(lou, Watch(), ticket)
    assert not can(world.actor(lou), "reply", world.billing, ticket)
    with pytest.raises(NotAllowed):
        world.do(lou, do, ticket)


def test_a_light_agent_never_owns(world: World, lou: Person, ticket: Ticket) -> None:
    with pytest.raises(NotAnOwner):
        world.do("dov", Assign(agent_id=lou.id), ticket)
