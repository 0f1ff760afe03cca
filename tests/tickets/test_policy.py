"""Who may see and do what: one value, however it is compiled."""

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col

from app.identity.asking import actor_of
from app.people.setup import define_organisation
from app.policy import RIGHTS, can, demand, grants_of, scope_filter
from app.queues.house import house_of
from app.queues.setup import define_queue, set_rights
from app.tickets.commands import Open, Watch
from app.tickets.ticket import Ticket
from core.actor import SYSTEM, Actor, Role, Scope
from core.errors import NotAllowed, NotFound
from core.ids import new_id
from core.relation import Relation
from tests.depth import examples
from tests.world import World


@pytest.fixture
def tickets(world: World) -> list[Ticket]:
    """Tickets in both queues, of three customers in two organisations and of nobody."""
    other = define_organisation(world.session, SYSTEM, name="Umbrella")
    eve = world.person("Eve", Role.CUSTOMER, organisation_id=other.id)
    finn = world.person("Finn", Role.CUSTOMER)
    found = [world.ticket(queue=queue, by=who) for queue in ("billing", "technical") for who in (world.cleo, eve, finn)]
    found.append(world.do("ana", Open(title="Ours", body="Ours.", queue_id=world.billing)))
    found.append(world.ticket(assigned="mon 9:05", noted="mon 9:10"))
    found.append(world.ticket(queue="technical", noted="mon 9:10", worker="dov"))
    world.do("ana", Watch(), found[0])
    world.do("dov", Watch(person_id=world.bo.id), found[1])
    return found


def _ids(values: list[UUID]) -> Any:
    return st.frozensets(st.sampled_from([*values, new_id()]), max_size=3)


@settings(max_examples=examples(80), deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(data=st.data())
def test_the_filter_in_sql_is_the_predicate_in_python(world: World, tickets: list[Ticket], data: st.DataObject) -> None:
    scope = Scope(
        everything=data.draw(st.integers(0, 9)) == 0,
        queue_ids=data.draw(_ids([world.billing, world.technical])),
        requester_ids=data.draw(_ids([one.requester_id for one in tickets if one.requester_id])),
        organisation_ids=data.draw(_ids([one.organisation_id for one in tickets if one.organisation_id])),
        person_id=data.draw(st.sampled_from([world.ana.id, world.bo.id, world.dov.id, new_id()])),
        related=tuple((relation, data.draw(_ids([world.billing, world.technical]))) for relation in Relation),
    )
    found = set(world.session.execute(sa.select(col(Ticket.id)).where(scope_filter(scope))).scalars())
    covered = {one.id for one in tickets if scope.covers(one)}
    assert found == covered


def test_an_empty_scope_sees_nothing(world: World, tickets: list[Ticket]) -> None:
    assert world.session.execute(sa.select(col(Ticket.id)).where(scope_filter(Scope()))).all() == []


def test_rights_hold_in_the_queues_below(world: World) -> None:
    refunds = define_queue(world.session, SYSTEM, name="Refunds", parent_id=world.billing).id
    urgent = define_queue(world.session, SYSTEM, name="Urgent refunds", parent_id=refunds).id
    assert can(world.actor("ana"), "reply", urgent)
    assert not can(world.actor("bo"), "reply", urgent)
    assert urgent in world.actor("ana").scope.queue_ids


def test_rights_of_role_and_person_add_up(world: World) -> None:
    queue_id = define_queue(world.session, SYSTEM, name="Shared").id
    set_rights(world.session, SYSTEM, queue_id=queue_id, holder_kind="role", holder="agent", rights=["read", "note"])
    world.grant(queue_id, world.ana, ["reply"])
    assert world.actor("ana").grants[queue_id] == {"read", "note", "reply"}
    assert world.actor("bo").grants[queue_id] == {"read", "note"}


def test_any_right_implies_to_read(world: World) -> None:
    queue_id = define_queue(world.session, SYSTEM, name="Notes only").id
    world.grant(queue_id, world.ana, ["note"])
    assert "read" in world.actor("ana").grants[queue_id]


def test_a_customer_holds_no_right_in_a_queue_but_to_open_tickets(world: World) -> None:
    world.grant(world.billing, world.cleo, sorted(RIGHTS))
    actor = world.actor("cleo")
    assert actor.grants[world.billing] == {"create"}
    assert actor.scope == Scope(requester_ids=frozenset({world.cleo.id}))


def test_a_loop_of_queues_is_impossible(world: World) -> None:
    below = define_queue(world.session, SYSTEM, name="Below", parent_id=world.billing).id
    with pytest.raises(Exception, match="cannot stand below itself"):
        define_queue(world.session, SYSTEM, name="Billing", parent_id=below, queue_id=world.billing)


def test_a_token_that_reads_can_do_nothing_even_for_an_admin(world: World) -> None:
    admin = actor_of(world.session, world.person("Ada", Role.ADMIN), read_only=True)
    assert can(admin, "read", world.billing)
    assert [right for right in RIGHTS if can(admin, right, world.billing)] in (["read", "export"], ["export", "read"])


def test_what_is_not_granted_is_denied(world: World) -> None:
    nobody = Actor(person_id=new_id(), name="Nobody", role=Role.AGENT, scope=Scope())
    assert not any(can(nobody, right, world.billing) for right in RIGHTS)
    with pytest.raises(NotFound):
        demand(nobody, [("create", world.billing)])
    with pytest.raises(NotAllowed):
        demand(world.actor("ana"), [("delete", world.billing)])


def test_a_robot_works_by_the_rights_that_it_holds(world: World) -> None:
    robot = world.person("Marvin", Role.BOT)
    world.grant(world.billing, robot, ["read", "note"])
    actor = world.actor(robot)
    assert (actor.kind.value, actor.scope.internal, can(actor, "note", world.billing)) == ("bot", True, True)
    assert grants_of(house_of(world.session), robot.id, Role.BOT).keys() == {world.billing}
