"""Merge, unmerge, split, link: what is shown where, and what everybody may do about it."""

from contextlib import closing
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.db import Database
from app.queues.setup import define_queue
from app.tickets.commands import Close, Reply, Solve
from app.tickets.connect import Link, link, unlink
from app.tickets.link import links_of
from app.tickets.linked_law import links_are_as_told
from app.tickets.merge import Merge, PlaceMessages, merge, place, unmerge
from app.tickets.queries import messages_of
from app.tickets.refusals import ChildrenAreOpen, FollowUpIsRefused, MustBeConfirmed, TicketIsGone
from app.tickets.split import Split, split
from app.tickets.ticket import Ticket
from app.tickets.together import Deed
from core import clock
from core.actor import SYSTEM, Role
from core.errors import Conflict, NotAllowed, NotFound
from core.ledger import history
from core.settings import Settings
from tests.world import World, at

assert Merge


def deed(world: World, who: str, when: str = "mon 12:00", *, confirm: bool = False) -> Deed:
    return Deed(world.session, world.actor(who), is_confirmed=confirm, instant=at(when))


def said(world: World, who: str, ticket: Ticket | UUID) -> list[str]:
    """What somebody reads on a ticket."""
    row = ticket if isinstance(ticket, Ticket) else world.session.get_one(Ticket, ticket)
    return [message.body for message in messages_of(world.session, world.actor(who), row, limit=100)]


def kinds(world: World, ticket: Ticket) -> list[str]:
    return [one.kind for one in history(world.session, ticket.id)]


def pair(world: World) -> tuple[Ticket, Ticket]:
    return (
        world.ticket(opened="mon 9:00", body="First.", assigned="mon 9:05"),
        world.ticket(opened="mon 10:00", body="Second."),
    )


def test_a_merged_tickets_thread_is_shown_in_the_target_and_both_histories_tell(world: World) -> None:
    source, target = pair(world)
    merge(deed(world, "ana"), source.id, target.id)
    assert (source.category, source.merged_into_id) == ("MERGED", target.id)
    assert said(world, "ana", target) == said(world, "cleo", target) == ["First.", "Second."]
    assert said(world, "ana", source) == ["First."]
    assert "ticket.merged" in kinds(world, source)
    assert "ticket.merged" in kinds(world, target)


def test_unmerge_gives_back_state_and_thread_and_offers_what_came_in_between(world: World) -> None:
    source, target = pair(world)
    world.do("ana", Solve(), source, at="mon 11:00")
    merge(deed(world, "ana"), source.id, target.id)
    world.do("cleo", Reply(body="About the first."), target, at="mon 13:00")
    _, _, since = unmerge(deed(world, "ana", "mon 14:00"), source.id)
    assert (source.category, source.merged_into_id) == ("SOLVED", None)
    assert [message.body for message in since] == ["About the first."]
    place(deed(world, "ana", "mon 14:01"), target.id, PlaceMessages(ticket_id=source.id, message_ids=[since[0].id]))
    assert said(world, "ana", source) == ["First.", "About the first."]
    assert said(world, "ana", target) == ["Second."]


def test_a_late_reply_follows_the_chain_to_its_end(world: World) -> None:
    first, second = pair(world)
    third = world.ticket(opened="mon 10:30", body="Third.", solved="mon 10:40")
    merge(deed(world, "ana"), first.id, second.id)
    merge(deed(world, "ana", "mon 12:01"), second.id, third.id)
    answer = world.do("cleo", Reply(body="Still wrong."), first, at="mon 13:00")
    assert (answer.id, answer.category) == (third.id, "OPEN")
    assert said(world, "cleo", third) == ["First.", "Second.", "Third.", "Still wrong."]


def test_nothing_is_merged_into_what_is_merged_gone_or_itself(world: World) -> None:
    source, target = pair(world)
    other = world.ticket()
    merge(deed(world, "ana"), source.id, target.id)
    for wrong in (source.id, world.ticket(opened="mon 9:00", spam="mon 9:01").id):
        with pytest.raises(TicketIsGone):
            merge(deed(world, "ana"), other.id, wrong)
    with pytest.raises(TicketIsGone):
        merge(deed(world, "ana"), target.id, source.id)
    with pytest.raises(Conflict):
        merge(deed(world, "ana"), other.id, other.id)
    with pytest.raises(Conflict):
        unmerge(deed(world, "ana"), other.id)


def test_merging_takes_the_right_on_both_and_what_one_may_not_see_is_not_there(world: World) -> None:
    mine, theirs = world.ticket(), world.ticket(queue="technical")
    with pytest.raises(NotFound):
        merge(deed(world, "ana"), mine.id, theirs.id)
    world.grant(world.technical, world.ana, ["read"])
    with pytest.raises(NotAllowed, match="merge"):
        merge(deed(world, "ana"), mine.id, theirs.id)
    with pytest.raises(NotAllowed):
        merge(deed(world, "cleo"), mine.id, theirs.id)


def test_customers_never_read_another_requesters_thread_by_a_merge(world: World) -> None:
    world.eve = world.person("Eve", Role.CUSTOMER)  # type: ignore[attr-defined]
    hers, cleos = world.ticket(by="eve", body="Eve's secret."), world.ticket(body="Cleo's.")
    with pytest.raises(MustBeConfirmed):
        merge(deed(world, "ana"), hers.id, cleos.id)
    merge(deed(world, "ana", confirm=True), hers.id, cleos.id)
    answer = world.do("eve", Reply(body="Eve again."), hers, at="mon 13:00")
    assert answer.id == hers.id, "she learns nothing of the other"
    assert said(world, "cleo", cleos) == ["Cleo's."]
    assert said(world, "eve", hers) == ["Eve's secret."]
    assert set(said(world, "ana", cleos)) == {"Eve's secret.", "Cleo's.", "Eve again."}


def test_a_split_shows_chosen_messages_in_a_new_linked_ticket_and_takes_nothing_away(world: World) -> None:
    source = world.ticket(opened="mon 9:00", body="One.", customer_replied=("mon 9:30", "And two."))
    second = messages_of(world.session, world.actor("ana"), source, limit=9)[1]
    made = split(deed(world, "ana"), source.id, Split(title="The second matter", message_ids=[second.id]))
    assert (made.category, made.requester_id, made.title) == ("NEW", source.requester_id, "The second matter")
    assert said(world, "cleo", made) == ["And two."]
    assert said(world, "ana", source) == ["One.", "And two."]
    assert [(one.kind, other.id) for one, other in links_of(world.session, world.actor("ana"), made.id)] == [
        ("follow_up", source.id)
    ]
    with pytest.raises(NotFound):
        split(deed(world, "ana"), made.id, Split(title="Not there", message_ids=[source.id]))


def test_a_parent_waits_for_its_children_unless_somebody_means_it(world: World) -> None:
    parent, child = pair(world)
    link(deed(world, "ana"), parent.id, Link(kind="parent", to_id=child.id))
    with pytest.raises(ChildrenAreOpen, match=str(child.number)):
        world.do("ana", Solve(), parent, at="mon 12:01")
    with pytest.raises(ChildrenAreOpen):
        world.do("ana", Close(), parent, at="mon 12:02")
    with pytest.raises(Conflict, match="above"):
        link(deed(world, "ana"), child.id, Link(kind="parent", to_id=parent.id))
    assert world.do("ana", Solve(confirm=True), parent, at="mon 12:03").category == "SOLVED"


def test_a_solved_child_lets_its_parent_go(world: World) -> None:
    parent, child = pair(world)
    link(deed(world, "ana"), parent.id, Link(kind="parent", to_id=child.id))
    world.do("ana", Solve(), child, at="mon 12:01")
    assert world.do("ana", Solve(), parent, at="mon 12:02").category == "SOLVED"


def test_a_link_is_made_once_told_on_both_and_taken_away(world: World) -> None:
    one, other = pair(world)
    for start, end in ((one, other), (other, one)):
        link(deed(world, "ana"), start.id, Link(kind="relates", to_id=end.id))
    assert [kinds(world, ticket).count("ticket.linked") for ticket in (one, other)] == [1, 1]
    unlink(deed(world, "ana"), other.id, Link(kind="relates", to_id=one.id))
    assert links_of(world.session, world.actor("ana"), one.id) == []


def test_the_law_of_links_finds_them_as_told_and_one_that_nobody_told_of(settings: Settings) -> None:
    with closing(Database(settings.database_url)) as database:
        with database.transaction() as session:
            world = World(session)
            one, other = pair(world)
            for kind in ("parent", "relates", "duplicates"):
                link(deed(world, "ana"), one.id, Link.model_validate({"kind": kind, "to_id": other.id}))
            unlink(deed(world, "ana"), one.id, Link(kind="duplicates", to_id=other.id))
        assert (links_are_as_told(settings).checked, links_are_as_told(settings).wrong) == (2, 0)
        with database.transaction() as session:
            session.execute(sa.text("update ticket_link set kind = 'follow_up' where kind = 'parent'"))
        assert links_are_as_told(settings).wrong == 2


def test_links_to_what_one_may_not_see_are_not_shown(world: World) -> None:
    mine, theirs = world.ticket(), world.ticket(queue="technical")
    link(deed(world, "dov"), mine.id, Link(kind="relates", to_id=theirs.id))
    assert links_of(world.session, world.actor("ana"), mine.id) == []
    assert len(links_of(world.session, world.actor("dov"), mine.id)) == 1


def follow_up(world: World, option: str, days: int | None = None) -> Ticket:
    """Cleo writes on Thursday to a ticket that was closed on Monday."""
    define_queue(world.session, SYSTEM, queue_id=world.billing, name="Billing", follow_up=option, reopen_days=days)  # type: ignore[arg-type]
    closed = world.ticket(opened="mon 9:00", closed="mon 10:00")
    with clock.at(at("thu 9:00")):
        return world.do("cleo", Reply(body="It is back."), closed, at="thu 9:00")


def test_what_a_reply_to_a_closed_ticket_does_is_the_queues_choice(world: World) -> None:
    assert follow_up(world, "reopen").category == "OPEN"
    assert follow_up(world, "reopen", days=7).message_count == 2
    for option, days in (("new", None), ("reopen", 2)):
        made = follow_up(world, option, days)
        assert (made.category, made.message_count) == ("NEW", 1)
        assert said(world, "cleo", made) == ["It is back."]
        ((link_there, old),) = links_of(world.session, world.actor("cleo"), made.id)
        assert (link_there.kind, old.category) == ("follow_up", "CLOSED")
    with pytest.raises(FollowUpIsRefused, match="open a new ticket"):
        follow_up(world, "reject")
