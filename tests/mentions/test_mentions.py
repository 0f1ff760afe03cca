"""Mentions: whoever is called could read it anyway, is told where, and nobody else learns of it."""

from uuid import UUID

import pytest

from app.mentions.mine import mark_seen, mentions_of, unseen_count
from app.mentions.naming import mentionable, named_in
from app.people.person import Person
from app.people.setup import define_person
from app.tickets.commands import Note
from app.tickets.queries import TicketFilter, find_tickets, history_of
from app.tickets.refusals import CannotBeMentioned, NoSuchPerson
from app.tickets.ticket import Ticket
from core.actor import SYSTEM, Role
from core.errors import NotAllowed
from tests.world import World


@pytest.fixture
def ticket(world: World) -> Ticket:
    return world.ticket()


def call(world: World, ticket: Ticket, *people: Person, who: str = "ana", **more: str) -> None:
    note = Note.model_validate({"body": "Look.", "mentions": [person.id for person in people], **more})
    world.do(who, note, ticket, at="mon 9:10")


def called(world: World, who: str | Person) -> list[tuple[int, str]]:
    return [(one.ticket.number, one.by) for one in mentions_of(world.session, world.actor(who))]


def test_who_is_called_finds_it_in_their_list(world: World, ticket: Ticket) -> None:
    call(world, ticket, world.dov)
    assert called(world, "dov") == [(ticket.number, "Ana")]
    assert called(world, "ana") == []


def test_the_list_of_tickets_can_be_asked_for_them(world: World, ticket: Ticket) -> None:
    world.ticket()
    call(world, ticket, world.dov)
    wanted = TicketFilter(mentioned="me")
    assert [one.id for one in find_tickets(world.session, world.actor("dov"), wanted)] == [ticket.id]
    assert find_tickets(world.session, world.actor("cleo"), wanted) == []


def test_what_was_seen_is_seen(world: World, ticket: Ticket) -> None:
    call(world, ticket, world.dov)
    call(world, ticket, world.dov)
    dov, ana = world.actor("dov"), world.actor("ana")
    first, _ = mentions_of(world.session, dov)
    mark_seen(world.session, ana, None)
    assert unseen_count(world.session, dov) == 2, "it is theirs alone to say"
    mark_seen(world.session, dov, [first.mention.message_id])
    assert unseen_count(world.session, dov) == 1
    mark_seen(world.session, dov, None)
    assert mentions_of(world.session, dov, unseen=True) == []


def test_who_may_not_read_it_cannot_be_called(world: World, ticket: Ticket) -> None:
    with pytest.raises(CannotBeMentioned, match="Bo may not read this ticket"):
        call(world, ticket, world.bo)
    with pytest.raises(NoSuchPerson):
        call(world, ticket, world.cleo)
    assert ticket.message_count == 1


def test_a_restricted_note_calls_only_those_who_read_it(world: World, ticket: Ticket) -> None:
    zoe = world.person("Zoe", Role.AGENT)
    world.grant(world.billing, zoe, ["reply", "note"])
    with pytest.raises(CannotBeMentioned, match="restricted notes"):
        call(world, ticket, zoe, visibility="restricted")
    world.grant(world.billing, world.dov, ["reply", "note", "admin"])
    call(world, ticket, world.dov, visibility="restricted")
    kinds = [told.kind for told in history_of(world.session, world.actor(zoe), ticket)]
    assert "ticket.mentioned" not in kinds, "who may not read the note does not hear who was called in it"
    assert "ticket.mentioned" in [told.kind for told in history_of(world.session, world.actor("dov"), ticket)]


def test_calling_oneself_calls_nobody(world: World, ticket: Ticket) -> None:
    call(world, ticket, world.ana)
    assert called(world, "ana") == []


def test_a_mention_gives_no_right_and_is_gone_with_the_right(world: World, ticket: Ticket) -> None:
    world.grant(world.billing, world.bo, ["read"])
    call(world, ticket, world.bo)
    world.grant(world.billing, world.bo, [])
    assert called(world, "bo") == []


def found(world: World, ticket: Ticket, text: str) -> list[UUID]:
    return named_in(world.session, ticket, text, visibility="internal", author_id=world.ana.id)


def test_names_in_a_text_are_people(world: World, ticket: Ticket) -> None:
    dove = world.person("Dov Eisen", Role.SUPERVISOR)
    assert found(world, ticket, "@dov, please, and @DOV EISEN too") == [world.dov.id, dove.id]
    assert found(world, ticket, "dov@example.com, @dove, @@dov, @nobody") == []


def test_of_two_with_one_name_the_one_who_reads_is_meant(world: World, ticket: Ticket) -> None:
    world.person("Mo", Role.AGENT)
    email = "second@example.com"
    mo = define_person(world.session, SYSTEM, name="Mo", email=email, role=Role.AGENT)
    world.grant(world.billing, mo, ["note"])
    assert found(world, ticket, "@Mo") == [mo.id]


def test_completion_offers_only_who_may_read_the_ticket(world: World, ticket: Ticket) -> None:
    names = [name for _, name in mentionable(world.session, world.actor("ana"), ticket, "")]
    assert names == ["Dov"]
    assert mentionable(world.session, world.actor("ana"), ticket, "b") == []
    with pytest.raises(NotAllowed):
        mentionable(world.session, world.actor("cleo"), ticket, "")
