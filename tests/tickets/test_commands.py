"""What can be asked of a ticket, what comes of it, and what is refused."""

from typing import Any

import pytest

from app.fields.change import TooManyFields
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
    SetField,
    SetState,
    Solve,
    Tag,
)
from app.tickets.refusals import NoSuchPerson, NotAnOwner, TicketIsClosed, TicketIsGone, TooManyTags
from app.tickets.ticket import Ticket
from core.actor import Role
from core.errors import Conflict, NotAllowed, NotFound, VersionMismatch
from core.ids import new_id
from core.ledger import Envelope, history
from tests.world import World, at


def events_of(world: World, ticket: Ticket) -> list[Envelope]:
    return history(world.session, ticket.id)


def last(world: World, ticket: Ticket) -> Envelope:
    return events_of(world, ticket)[-1]


def test_a_ticket_is_opened_answered_and_solved(world: World) -> None:
    ticket = world.ticket(opened="mon 9:00", assigned="mon 9:05", replied="mon 9:20", solved="tue 10:00")
    assert [one.kind for one in events_of(world, ticket)] == [
        "ticket.created",
        "message.added",
        "ticket.assigned",
        "message.added",
        "ticket.status_changed",
        "ticket.status_changed",
    ]
    assert (ticket.category, ticket.version, ticket.message_count) == ("SOLVED", 6, 2)


def test_a_ticket_and_its_first_message_are_one_command(world: World) -> None:
    created, message = events_of(world, world.ticket())
    assert created.command_id == message.command_id
    assert (message.payload["is_first"], message.payload["author_kind"]) == (True, "end_user")
    assert (created.ticket_version, message.ticket_version) == (1, 2)


def test_an_event_carries_no_words(world: World) -> None:
    ticket = world.ticket(title="Secret title", body="Secret body", noted="mon 10:00", retitled=("mon 11:00", "Secret"))
    assert "ecret" not in str([one.payload for one in events_of(world, ticket)])
    assert ticket.title == "Secret"


def test_an_event_knows_who_did_it_in_which_role_and_when(world: World) -> None:
    ticket = world.ticket(prioritised="tue 8:15:30")
    event = last(world, ticket)
    assert (event.actor_id, event.actor_kind, event.actor_role) == (world.ana.id, "agent", "agent")
    assert event.occurred_at == event.recorded_at == at("tue 8:15:30")


def test_the_first_answer_opens_a_new_ticket(world: World) -> None:
    ticket = world.ticket(replied="mon 9:20")
    assert (ticket.category, last(world, ticket).payload["reason"]) == ("OPEN", "agent_reply")
    assert (ticket.first_replied_at, ticket.awaiting_reply_since) == (at("mon 9:20"), None)


def test_the_second_answer_changes_no_state_and_no_first_answer(world: World) -> None:
    ticket = world.ticket(replied=["mon 9:20", "mon 10:00"])
    assert [one.kind for one in events_of(world, ticket)].count("ticket.status_changed") == 1
    assert ticket.first_replied_at == at("mon 9:20")


@pytest.mark.parametrize("waiting", ["pending", "held", "solved", "closed"])
def test_a_customers_reply_opens_the_ticket_again(world: World, waiting: str) -> None:
    ticket = world.ticket(replied="mon 9:20", **{waiting: "mon 10:00"}, customer_replied="mon 11:00")
    assert (ticket.category, last(world, ticket).payload["reason"]) == ("OPEN", "customer_reply")
    assert (ticket.solved_at, ticket.closed_at, ticket.awaiting_reply_since) == (None, None, at("mon 11:00"))


def test_a_customers_reply_leaves_a_new_ticket_new(world: World) -> None:
    assert world.ticket(customer_replied="mon 9:30").category == "NEW"


def test_an_out_of_office_mail_opens_nothing(world: World) -> None:
    ticket = world.ticket(solved="mon 10:00")
    world.do("cleo", Reply(body="I am away.", is_auto=True), ticket, at="mon 10:01")
    assert ticket.category == "SOLVED"


def test_the_oldest_unanswered_message_counts(world: World) -> None:
    ticket = world.ticket(opened="mon 9:00", customer_replied=["mon 9:30", "mon 9:45"])
    assert ticket.awaiting_reply_since == at("mon 9:00")


@pytest.mark.parametrize(
    ("who", "command"),
    [("ana", Note(body="Hm.")), ("ana", Reply(body="Received.", is_auto=True))],
    ids=["note", "automatic reply"],
)
def test_only_an_agents_own_public_words_answer_a_customer(world: World, who: str, command: Command) -> None:
    ticket = world.ticket()
    world.do(who, command, ticket, at="mon 9:10")
    assert (ticket.first_replied_at, ticket.awaiting_reply_since) == (None, at("mon 9:00"))
    assert ticket.category == "NEW"


def test_the_message_with_which_an_agent_opens_a_ticket_is_no_answer(world: World) -> None:
    by_phone = Open(
        title="Called", body="Called about x.", queue_id=world.billing, channel="phone", requester_id=world.cleo.id
    )
    ticket = world.do("ana", by_phone)
    assert (ticket.requester_id, ticket.organisation_id) == (world.cleo.id, world.acme.id)
    assert ticket.first_replied_at is None


def test_an_answer_can_set_the_state(world: World) -> None:
    ticket = world.ticket()
    world.do("ana", Reply(body="Which printer?", state_id=world.state("PENDING")), ticket)
    assert ticket.category == "PENDING"


def test_an_answer_cannot_delete_a_ticket(world: World) -> None:
    with pytest.raises(Conflict):
        world.do("dov", Reply(body="Away.", state_id=world.state("DELETED")), world.ticket())


NOTHING_TO_DO: list[tuple[dict[str, Any], Command]] = [
    ({}, Prioritise(priority=2)),
    ({}, Retitle(title="The invoice is wrong")),
    ({}, Assign(agent_id=None)),
    ({}, Reopen()),
    ({}, Tag(add=[], remove=["not there"])),
    ({"tagged": "mon 9:10"}, Tag(add=["vip"])),
    ({}, SetField(field="product", value=None)),
    ({"solved": "mon 9:10"}, Solve()),
    ({"closed": "mon 9:10"}, Close()),
]


@pytest.mark.parametrize(("steps", "command"), NOTHING_TO_DO, ids=lambda value: type(value).__name__)
def test_what_is_so_already_makes_no_event(world: World, steps: dict[str, Any], command: Command) -> None:
    ticket = world.ticket(**steps)
    before = ticket.version, ticket.updated_at
    world.do("ana", command, ticket, at="fri 9:00")
    assert (ticket.version, ticket.updated_at) == before


def test_moving_within_the_queue_and_the_state_that_it_has_makes_no_event(world: World) -> None:
    ticket = world.ticket()
    world.do("ana", Move(queue_id=world.billing), ticket)
    world.do("ana", SetState(state_id=ticket.state_id), ticket)
    assert ticket.version == 2


@pytest.mark.parametrize(
    "command",
    [Reply(body="Hello?"), Prioritise(priority=4), Solve(), Assign(agent_id=None)],
    ids=lambda command: type(command).__name__,
)
def test_a_closed_ticket_is_worked_no_more(world: World, command: Command) -> None:
    ticket = world.ticket(assigned="mon 9:05", closed="mon 10:00")
    with pytest.raises(TicketIsClosed, match="reopen it first"):
        world.do("ana", command, ticket)


def test_a_closed_ticket_cannot_be_moved_or_set_open(world: World) -> None:
    ticket = world.ticket(closed="mon 10:00")
    for command in (Move(queue_id=world.technical), SetState(state_id=world.state("OPEN"))):
        with pytest.raises(TicketIsClosed):
            world.do("dov", command, ticket)


def test_a_closed_ticket_can_be_noted_tagged_and_reopened(world: World) -> None:
    ticket = world.ticket(closed="mon 10:00", noted="mon 11:00", tagged="mon 11:05", reopened="mon 12:00")
    assert (ticket.category, ticket.tags, ticket.closed_at, ticket.solved_at) == ("OPEN", ["vip"], None, None)


def test_a_solve_stands_through_closing(world: World) -> None:
    ticket = world.ticket(solved="mon 10:00", closed="tue 10:00")
    assert (ticket.solved_at, ticket.closed_at) == (at("mon 10:00"), at("tue 10:00"))


@pytest.mark.parametrize("command", [Reply(body="x"), Note(body="x"), Tag(add=["x"]), Solve(), Close(), Reopen()])
def test_spam_is_worked_no_more(world: World, command: Command) -> None:
    ticket = world.ticket(spam="mon 9:10")
    with pytest.raises(TicketIsGone, match="is marked as spam"):
        world.do("dov", command, ticket)
    world.do("dov", SetState(state_id=world.state("OPEN")), ticket)
    assert ticket.category == "OPEN"


def test_spam_takes_the_right_to_delete(world: World) -> None:
    with pytest.raises(NotAllowed, match="'delete'"):
        world.do("ana", SetState(state_id=world.state("SPAM")), world.ticket())


def test_nothing_is_merged_by_setting_a_state(world: World) -> None:
    with pytest.raises(Conflict, match="by merging it"):
        world.do("dov", SetState(state_id=world.state("MERGED")), world.ticket())


def test_taking_a_ticket_is_told_apart_from_being_given_it(world: World) -> None:
    ticket = world.ticket()
    world.do("ana", Assign(agent_id=world.ana.id), ticket)
    world.do("dov", Assign(agent_id=world.dov.id), ticket)
    world.do("dov", Assign(agent_id=world.ana.id), ticket)
    methods = [one.payload["method"] for one in events_of(world, ticket) if one.kind == "ticket.assigned"]
    assert methods == ["self", "self", "manual"]


def test_only_who_may_own_there_gets_a_ticket(world: World) -> None:
    ticket = world.ticket(queue="billing")
    for person_id, refusal in ((world.bo.id, NotAnOwner), (world.cleo.id, NotAnOwner), (new_id(), NoSuchPerson)):
        with pytest.raises(refusal):
            world.do("dov", Assign(agent_id=person_id), ticket)


def test_taking_needs_own_and_giving_needs_assign(world: World) -> None:
    eli = world.eli = world.person("Eli", Role.AGENT)  # type: ignore[attr-defined]
    world.grant(world.billing, eli, ["read", "own"])
    ticket = world.ticket()
    world.do("eli", Assign(agent_id=eli.id), ticket)
    world.do("eli", Assign(agent_id=None), ticket)
    with pytest.raises(NotAllowed, match="'assign'"):
        world.do("eli", Assign(agent_id=world.ana.id), ticket)


def test_a_move_takes_the_ticket_from_an_owner_who_has_no_place_there(world: World) -> None:
    ticket = world.ticket(assigned="mon 9:05", moved=("mon 9:30", "technical"))
    assert (ticket.queue_id, ticket.agent_id) == (world.technical, None)
    assert last(world, ticket).payload["method"] == "auto"


def test_a_move_leaves_the_ticket_with_an_owner_who_may_own_there(world: World) -> None:
    ticket = world.ticket(assigned=("mon 9:05", "dov"), moved=("mon 9:30", "technical"))
    assert (ticket.queue_id, ticket.agent_id) == (world.technical, world.dov.id)


def test_a_move_needs_rights_on_both_sides(world: World) -> None:
    with pytest.raises(NotFound, match="no such queue"):
        world.do("ana", Move(queue_id=world.technical), world.ticket())


def test_tags_and_fields_have_their_room(world: World) -> None:
    ticket = world.ticket()
    world.do("ana", Tag(add=[f"tag{n}" for n in range(50)]), ticket)
    with pytest.raises(TooManyTags):
        world.do("ana", Tag(add=["one more"]), ticket)
    for n in range(100):
        world.do("ana", SetField(field=f"field{n}", value="x"), ticket)
    with pytest.raises(TooManyFields):
        world.do("ana", SetField(field="one_more", value="x"), ticket)
    world.do("ana", SetField(field="field0", value=None), ticket)
    assert "field0" not in ticket.custom


def test_a_word_in_both_lists_ends_up_taken(world: World) -> None:
    ticket = world.ticket(tagged="mon 9:10")
    world.do("ana", Tag(add=["vip", "new"], remove=["vip"]), ticket)
    assert ticket.tags == ["new"]


def test_whoever_read_an_older_version_is_told_so(world: World) -> None:
    ticket = world.ticket(tagged="mon 9:10")
    with pytest.raises(VersionMismatch):
        world.do("ana", Prioritise(priority=4), ticket, expected_version=2)
    world.do("ana", Prioritise(priority=4), ticket, expected_version=3)


def test_what_one_may_not_see_is_not_there(world: World) -> None:
    ticket = world.ticket(queue="billing")
    for who in ("bo", world.person("Eve", Role.CUSTOMER)):
        with pytest.raises(NotFound) as foreign:
            world.do(who, Reply(body="Hi."), ticket)
        with pytest.raises(NotFound) as absent:
            world.do(who, Reply(body="Hi."), new_id())
        assert foreign.value.sentence == absent.value.sentence
