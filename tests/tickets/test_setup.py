"""Setting up the house: each change is an event, and nothing can be set up into a corner."""

import pytest
import sqlalchemy as sa

from app.first_company import STATES, found_company
from app.people.setup import AddressTaken, LastAdmin, define_organisation, define_person
from app.queues.house import house_of
from app.queues.setup import NameTaken, define_queue, define_state, set_rights
from app.tickets.commands import Open
from core.actor import SYSTEM, Role
from core.errors import Conflict, Invalid
from core.events import Category
from core.ids import new_id
from core.ledger import event_pending
from tests.world import World


def told(world: World) -> list[tuple[str, dict[str, object]]]:
    rows = world.session.execute(
        sa.select(event_pending.c.kind, event_pending.c.payload).order_by(event_pending.c.seq)
    ).all()
    return [(row.kind, row.payload) for row in rows]


def test_a_new_company_has_a_state_for_every_category(world: World) -> None:
    assert {house_of(world.session).state_for(category).name for category in Category} == set(STATES)


def test_a_company_is_founded_once(world: World) -> None:
    before = len(told(world))
    found_company(world.session)
    assert len(told(world)) == before


def test_a_queue_is_told_of_when_it_changes_and_only_then(world: World) -> None:
    queue = define_queue(world.session, SYSTEM, name="Sales")
    before = len(told(world))
    define_queue(world.session, SYSTEM, name="Sales", queue_id=queue.id)
    define_queue(world.session, SYSTEM, name="Sales EU", queue_id=queue.id, parent_id=world.billing)
    assert told(world)[before:] == [
        (
            "queue.defined",
            {
                "queue_id": str(queue.id),
                "name": "Sales EU",
                "parent_id": str(world.billing),
                "is_active": True,
                "follow_up": "reopen",
                "reopen_days": None,
                "calendar_id": None,
            },
        )
    ]


def test_an_event_of_a_person_has_neither_name_nor_address(world: World) -> None:
    define_person(world.session, SYSTEM, name="Ines Secret", email="ines@secret.example", role=Role.CUSTOMER)
    kind, payload = told(world)[-1]
    assert (kind, payload["role"]) == ("person.defined", "customer")
    assert "ecret" not in str(payload)


def test_rights_are_told_with_what_was_before(world: World) -> None:
    for rights in (["read"], ["read"], ["read", "note"], []):
        set_rights(world.session, SYSTEM, queue_id=world.billing, holder_kind="role", holder="bot", rights=rights)
    granted = [payload for kind, payload in told(world) if kind == "rights.granted" and payload["holder"] == "bot"]
    assert [(one["before"], one["rights"]) for one in granted] == [
        ([], ["read"]), (["read"], ["note", "read"]), (["note", "read"], [])
    ]  # fmt: skip


def test_a_right_that_does_not_exist_is_refused(world: World) -> None:
    with pytest.raises(Invalid, match="'fly'"):
        set_rights(world.session, SYSTEM, queue_id=world.billing, holder_kind="role", holder="agent", rights=["fly"])


def test_names_and_addresses_are_taken_once(world: World) -> None:
    with pytest.raises(NameTaken):
        define_queue(world.session, SYSTEM, name="Billing")
    with pytest.raises(NameTaken):
        define_organisation(world.session, SYSTEM, name="Acme")
    with pytest.raises(AddressTaken):
        define_person(world.session, SYSTEM, name="Another Ana", email=" ANA@example.com ", role=Role.AGENT)


def test_a_state_keeps_its_category(world: World) -> None:
    state = define_state(world.session, SYSTEM, name="waiting for parts", category=Category.HOLD)
    with pytest.raises(Conflict, match="keeps its category"):
        define_state(world.session, SYSTEM, name="waiting", category=Category.PENDING, state_id=state.id)


def test_a_category_has_one_default_at_all_times(world: World) -> None:
    triage = define_state(world.session, SYSTEM, name="triage", category=Category.NEW, is_default=True)
    assert house_of(world.session).state_for(Category.NEW).name == "triage"
    assert world.ticket().state_id == triage.id
    with pytest.raises(Conflict, match="always has a state"):
        define_state(world.session, SYSTEM, name="triage", category=Category.NEW, state_id=triage.id)


def test_a_retired_queue_takes_no_tickets(world: World) -> None:
    define_queue(world.session, SYSTEM, name="Billing", queue_id=world.billing, is_active=False)
    with pytest.raises(Conflict, match="takes no more tickets"):
        world.do("cleo", Open(title="Hello", body="World", queue_id=world.billing))


def test_the_last_administrator_stays_one(world: World) -> None:
    ada = world.person("Ada", Role.ADMIN)
    wish = {"name": "Ada", "email": "ada@example.com", "person_id": ada.id}
    with pytest.raises(LastAdmin):
        define_person(world.session, SYSTEM, **wish, role=Role.AGENT)
    with pytest.raises(LastAdmin):
        define_person(world.session, SYSTEM, **wish, role=Role.ADMIN, is_active=False)
    world.person("Abe", Role.ADMIN)
    assert define_person(world.session, SYSTEM, **wish, role=Role.AGENT).role == "agent"


def test_ids_can_be_given_so_that_imports_repeat_themselves_without_harm(world: World) -> None:
    queue_id = new_id()
    first = define_queue(world.session, SYSTEM, name="Imported", queue_id=queue_id)
    again = define_queue(world.session, SYSTEM, name="Imported", queue_id=queue_id)
    assert first.id == again.id == queue_id
