"""Drafts: one's own alone, safe from one's other windows, and with their ticket wherever it goes."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from app.drafts.keep import Kept, Words, draft_of, drafts_of, drop_draft, keep_draft
from app.drafts.presence import writing_now
from app.tickets.commands import SetState
from app.tickets.merge import merge
from app.tickets.ticket import Ticket
from app.tickets.together import Deed
from core import clock
from core.actor import Role
from core.errors import NotAllowed, NotFound, VersionMismatch
from tests.world import World, at

NINE = at("mon 9:00")


@pytest.fixture
def ticket(world: World) -> Ticket:
    return world.ticket(opened=NINE)


def save(world: World, who: str, ticket: Ticket, body: str, *, seen: int | None = None, when: str = "mon 9:10") -> Kept:
    """Somebody's draft of a reply."""
    with clock.at(at(when)):
        return keep_draft(world.session, world.actor(who), ticket.id, "reply", Words(body=body), seen)


def bodies(world: World, who: str, ticket: Ticket) -> list[str]:
    return [one.body for one in drafts_of(world.session, world.actor(who), ticket)]


def test_a_draft_is_its_persons_alone(world: World, ticket: Ticket) -> None:
    save(world, "ana", ticket, "Dear Cleo")
    assert bodies(world, "ana", ticket) == ["Dear Cleo"]
    assert bodies(world, "dov", ticket) == bodies(world, "cleo", ticket) == []


def test_who_looks_with_her_eyes_does_not_read_it(world: World, ticket: Ticket) -> None:
    save(world, "ana", ticket, "Dear Cleo")
    ada = world.actor(world.person("Ada", Role.ADMIN))
    assert drafts_of(world.session, replace(world.actor("ana"), viewer=ada), ticket) == []


def test_two_windows_do_not_overwrite_each_other(world: World, ticket: Ticket) -> None:
    first = save(world, "ana", ticket, "Dear", seen=0)
    second = save(world, "ana", ticket, "Dear Cleo", seen=first.version, when="mon 9:11")
    with pytest.raises(VersionMismatch) as refusal:
        save(world, "ana", ticket, "Dear Madam", seen=first.version, when="mon 9:12")
    assert refusal.value.details == {"version": second.version}
    assert bodies(world, "ana", ticket) == ["Dear Cleo"]


def test_a_draft_begun_anew_is_at_no_version_of_an_older_one(world: World, ticket: Ticket) -> None:
    old = save(world, "ana", ticket, "Dear")
    drop_draft(world.session, world.actor("ana"), ticket, "reply")
    save(world, "ana", ticket, "Hello", when="mon 9:12")
    with pytest.raises(VersionMismatch):
        save(world, "ana", ticket, "Dear Cleo", seen=old.version, when="mon 9:13")


def test_without_words_there_is_none(world: World, ticket: Ticket) -> None:
    kept = save(world, "ana", ticket, "Dear")
    assert save(world, "ana", ticket, "  \n", seen=kept.version).version == 0
    assert bodies(world, "ana", ticket) == []


def test_who_may_not_write_there_keeps_no_draft(world: World, ticket: Ticket) -> None:
    with pytest.raises(NotFound):
        save(world, "bo", ticket, "Dear")
    world.grant(world.billing, world.bo, ["read", "note"])
    with pytest.raises(NotAllowed):
        save(world, "bo", ticket, "Dear")
    with pytest.raises(NotAllowed):
        keep_draft(world.session, world.actor("cleo"), ticket.id, "note", Words(body="Hm."))


def test_drafts_follow_a_merge_and_become_one(world: World, ticket: Ticket) -> None:
    target = world.ticket(opened="mon 9:05")
    save(world, "dov", ticket, "On the first.")
    merge(Deed(world.session, world.actor("dov")), ticket.id, target.id)
    seen = draft_of(world.session, world.actor("dov"), target, "reply")
    assert seen.body == "On the first."
    save(world, "dov", target, "On both.", seen=seen.version, when="mon 9:30")
    assert bodies(world, "dov", target) == ["On both."]
    assert bodies(world, "dov", ticket) == [], "it is kept once"


def test_two_drafts_of_one_thread_lose_nothing(world: World, ticket: Ticket) -> None:
    target = world.ticket(opened="mon 9:05")
    save(world, "dov", ticket, "On the first.")
    save(world, "dov", target, "On the second.", when="mon 9:11")
    merge(Deed(world.session, world.actor("dov")), ticket.id, target.id)
    assert bodies(world, "dov", target) == ["On the first.\n\nOn the second."]


def test_a_deleted_ticket_takes_its_drafts_along(world: World, ticket: Ticket) -> None:
    save(world, "ana", ticket, "Dear Cleo")
    world.do("dov", SetState(state_id=world.state("DELETED")), ticket, at="mon 9:20")
    assert bodies(world, "ana", ticket) == []


def writers(world: World, session: Session, who: str, ticket: Ticket, when: str) -> list[tuple[str, str]]:
    with clock.at(at(when)):
        return [(name, kind) for _, name, kind in writing_now(session, world.actor(who), ticket)]


def test_colleagues_know_who_is_writing_for_a_while(world: World, session: Session, ticket: Ticket) -> None:
    save(world, "ana", ticket, "Dear", when="mon 9:10:00")
    assert writers(world, session, "dov", ticket, "mon 9:10:30") == [("Ana", "reply")]
    assert writers(world, session, "dov", ticket, "mon 9:11:00") == [], "she closed the window without a word"
    save(world, "ana", ticket, "Dear Cleo", when="mon 9:12:00")
    drop_draft(session, world.actor("ana"), ticket, "reply")
    assert writers(world, session, "dov", ticket, "mon 9:12:01") == []


def test_customers_neither_learn_who_writes_nor_are_watched(world: World, session: Session, ticket: Ticket) -> None:
    save(world, "ana", ticket, "Dear", when="mon 9:10:00")
    save(world, "cleo", ticket, "Please", when="mon 9:10:00")
    assert writers(world, session, "cleo", ticket, "mon 9:10:01") == []
    assert writers(world, session, "dov", ticket, "mon 9:10:01") == [("Ana", "reply")]
