"""Who sees a ticket and why: the explanation is never other than the decision."""

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.people.person import Person
from app.people.setup import define_organisation
from app.policy import RIGHTS, may_see
from app.queues.setup import define_queue, set_rights
from app.tickets.access import access_of
from app.tickets.commands import Watch
from app.tickets.ticket import Ticket
from core.actor import SYSTEM, Role
from core.errors import NotAllowed, NotFound
from core.ids import new_id
from core.relation import Relation
from tests.depth import examples
from tests.world import World


@pytest.fixture
def everybody(world: World) -> list[Person]:
    """People of every role; Mara works where Cleo does."""
    more = [
        world.person("Ada", Role.ADMIN),
        world.person("Lou", Role.LIGHT_AGENT),
        world.person("Marvin", Role.BOT),
        world.person("Eve", Role.CUSTOMER),
        world.person("Mara", Role.CUSTOMER, organisation_id=world.acme.id),
    ]
    return [world.ana, world.bo, world.cleo, world.dov, *more]


holders = st.sampled_from(
    [*(("role", role.value) for role in Role), *(("relation", one.value) for one in Relation), ("person", "bo")]
)
grants = st.lists(st.tuples(holders, st.sampled_from(["above", "here"]), st.sampled_from(sorted(RIGHTS))), max_size=6)


@settings(max_examples=examples(40), deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(granted=grants, is_shared=st.booleans(), watcher=st.sampled_from(["ana", "bo"]))
def test_whoever_has_a_reason_sees_it_and_nobody_else(
    world: World,
    everybody: list[Person],
    granted: list[tuple[tuple[str, str], str, str]],
    is_shared: bool,
    watcher: str,
) -> None:
    with world.session.begin_nested() as undone:
        above = define_queue(world.session, SYSTEM, name=f"Above {new_id()}").id
        here = define_queue(world.session, SYSTEM, name=f"Here {new_id()}", parent_id=above).id
        set_rights(world.session, SYSTEM, queue_id=here, holder_kind="role", holder="customer", rights=["create"])
        define_organisation(world.session, SYSTEM, name="Acme", organisation_id=world.acme.id, is_shared=is_shared)
        ticket = world.ticket(queue=here, worker="dov")
        world.do(SYSTEM, Watch(person_id=getattr(world, watcher).id), ticket)
        for (kind, holder), where, right in granted:
            name = str(world.bo.id) if kind == "person" else holder
            queue_id = above if where == "above" else here
            set_rights(
                world.session,
                SYSTEM,
                queue_id=queue_id,
                holder_kind=kind,
                holder=name,
                rights=[right],  # type: ignore[arg-type]
            )
        told = {one.person.id for one in access_of(world.session, SYSTEM, ticket)}
        assert told == {one.id for one in everybody if may_see(world.actor(one), ticket)}
        undone.rollback()


def words_of(world: World, ticket: Ticket, person: Person) -> str:
    (access,) = access_of(world.session, world.actor("dov"), ticket, person.id)
    return access.words


def test_each_way_is_told_with_the_queue_where_the_grant_stands(world: World, everybody: list[Person]) -> None:
    refunds = define_queue(world.session, SYSTEM, name="Refunds", parent_id=world.billing).id
    set_rights(world.session, SYSTEM, queue_id=refunds, holder_kind="relation", holder="watcher", rights=["note"])
    ticket = world.ticket(queue=refunds, worker="dov")
    world.do("dov", Watch(person_id=world.bo.id), ticket)
    assert words_of(world, ticket, world.bo) == "watches it, and who does holds note, read in Refunds"
    assert words_of(world, ticket, world.ana).endswith("in Billing, above Refunds")
    assert words_of(world, ticket, world.cleo) == "is the requester: it is their ticket"
    assert words_of(world, ticket, everybody[4]) == "is an administrator: sees every ticket"


def test_who_may_not_is_told_why_not(world: World, everybody: list[Person]) -> None:
    ticket = world.ticket()
    assert words_of(world, ticket, world.bo).startswith("holds no right in Billing")
    assert words_of(world, ticket, everybody[-1]).startswith("is a customer whose ticket it is not")
    world.session.execute(sa.update(Person).where(sa.column("id") == world.ana.id).values(is_active=False))
    world.session.expire(world.ana)
    assert words_of(world, ticket, world.ana) == "is switched off and cannot come in"


def test_customers_are_not_told(world: World) -> None:
    with pytest.raises(NotAllowed):
        access_of(world.session, world.actor("cleo"), world.ticket())


def test_an_unknown_person_is_not_there(world: World) -> None:
    with pytest.raises(NotFound):
        access_of(world.session, world.actor("ana"), world.ticket(), new_id())
