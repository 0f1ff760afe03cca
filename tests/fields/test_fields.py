"""Custom fields of a ticket: set up while the house runs, asked for where they apply, required when they must be."""

from typing import Any

import pytest

from app.fields.asked import FieldDoesNotApply, FieldsMissing
from app.fields.change import NoSuchField
from app.fields.definition import Definition, Shape
from app.fields.setup import create_field, define_field, versions
from app.fields.values import FieldInvalid
from app.queues.setup import define_queue
from app.tickets.commands import Close, Open, Reply, SetField, SetFields, Solve
from core.actor import SYSTEM
from core.errors import Conflict, NotFound
from core.ledger import history
from tests.world import World

PRODUCT: dict[str, Any] = {
    "label": "Product", "type": "choice", "choices": [{"value": "printer"}, {"value": "phone", "label": "Phone"}],
}  # fmt: skip


def define(world: World, key: str, **shape: Any) -> Definition:
    return define_field(world.session, SYSTEM, key, Shape.model_validate({"label": key.capitalize(), **shape}))


def test_a_field_counts_its_versions_and_keeps_them(world: World) -> None:
    assert define(world, "product", **PRODUCT).version == 1
    assert define(world, "product", **PRODUCT).version == 1
    assert define(world, "product", **{**PRODUCT, "label": "Device"}).version == 2
    assert [row.version for row in versions(world.session, "product")] == [2, 1]


@pytest.mark.parametrize(
    ("shape", "told"),
    [
        ({"type": "choice"}, "have choices"),
        ({"type": "text", "choices": [{"value": "a"}]}, "have choices"),
        ({"type": "choice", "choices": [{"value": "a"}, {"value": "a"}]}, "same value"),
        ({"type": "text", "pattern": "(?=a)"}, "look-around"),
        ({"type": "number", "pattern": "a"}, "Only text"),
        ({"type": "text", "least": "1"}, "least and a most"),
        ({"type": "number", "least": "one"}, "own type"),
        ({"type": "number", "least": "5", "most": "1"}, "greater than the most"),
        ({"type": "text", "when": [{"field": "nothing", "values": ["a"]}]}, "no field nothing"),
        ({"type": "text", "when": [{"on": "priority", "field": "it", "values": ["4"]}]}, "names the field"),
        ({"type": "text", "when": [{"field": "it", "values": ["a"]}]}, "hang on itself"),
    ],
)
def test_a_field_that_could_not_work_is_refused(world: World, shape: dict[str, Any], told: str) -> None:
    with pytest.raises((NotFound, Conflict), match=told):
        define(world, "it", **shape)


def test_fields_cannot_hang_on_each_other_in_a_ring(world: World) -> None:
    define(world, "one", type="text")
    define(world, "two", type="text", when=[{"field": "one", "values": ["a"]}])
    with pytest.raises(Conflict, match="hang on itself"):
        define(world, "one", type="text", when=[{"field": "two", "values": ["a"]}])


def test_a_field_keeps_its_type_and_its_key_is_its_own(world: World) -> None:
    define(world, "size", type="number")
    with pytest.raises(Conflict, match="keeps its type"):
        define(world, "size", type="decimal")
    with pytest.raises(Conflict, match="already"):
        create_field(world.session, SYSTEM, "size", Shape(label="Size", type="text"))


def test_a_value_is_checked_and_kept_in_its_canonical_form(world: World) -> None:
    define(world, "size", type="decimal", most="100")
    ticket = world.ticket()
    world.do("ana", SetField(field="size", value="2.50"), ticket)
    world.do("ana", SetField(field="size", value=2.5), ticket)
    assert ticket.custom == {"size": "2.5"}
    assert [one.kind for one in history(world.session, ticket.id)].count("ticket.field_changed") == 1
    with pytest.raises(FieldInvalid, match="Size: it must be at most 100"):
        world.do("ana", SetField(field="size", value=101), ticket)


def test_several_at_once_are_all_set_or_none(world: World) -> None:
    define(world, "product", **PRODUCT)
    define(world, "pages", type="number")
    ticket = world.ticket()
    with pytest.raises(FieldInvalid, match="Pages"):
        world.do("ana", SetFields(fields={"product": "printer", "pages": "many"}), ticket)
    assert ticket.custom == {}
    world.do("ana", SetFields(fields={"product": "printer", "pages": 12}), ticket)
    assert ticket.custom == {"product": "printer", "pages": "12"}


def test_a_field_that_names_a_person_wants_somebody_who_is_there(world: World) -> None:
    define(world, "expert", type="person")
    ticket = world.ticket()
    world.do("ana", SetField(field="expert", value=str(world.bo.id)), ticket)
    with pytest.raises(FieldInvalid, match="no such active person"):
        world.do("ana", SetField(field="expert", value="00000000-0000-4000-8000-000000000000"), ticket)


def test_a_field_is_asked_for_only_where_it_applies(world: World) -> None:
    define(world, "product", **PRODUCT)
    define(world, "pages", type="number", when=[{"field": "product", "values": ["printer"]}])
    define(world, "circuit", type="text", queue_ids=[str(world.technical)])
    ticket = world.ticket()
    with pytest.raises(FieldDoesNotApply, match="Pages"):
        world.do("ana", SetField(field="pages", value=3), ticket)
    with pytest.raises(FieldDoesNotApply, match="Circuit"):
        world.do("ana", SetField(field="circuit", value="C1"), ticket)
    world.do("ana", SetFields(fields={"product": "printer", "pages": 3}), ticket)
    assert ticket.custom["pages"] == "3"


def test_a_field_of_a_queue_is_asked_for_in_the_queues_below(world: World) -> None:
    define(world, "account", type="text", queue_ids=[str(world.billing)], required_on=["solve"])
    below = define_queue(world.session, SYSTEM, name="Refunds", parent_id=world.billing).id
    with pytest.raises(FieldsMissing, match="Account"):
        world.do("dov", Solve(), world.ticket(queue=below))


def test_a_ticket_is_not_solved_before_its_fields_are_filled_in(world: World) -> None:
    define(world, "product", **PRODUCT, required_on=["solve"])
    define(world, "pages", type="number", when=[{"field": "product", "values": ["printer"]}], required_on=["solve"])
    ticket = world.ticket()
    with pytest.raises(FieldsMissing, match=r"^To solve this ticket, fill in: Product\.$") as refused:
        world.do("ana", Solve(), ticket)
    assert refused.value.details["fields"] == ["product"]
    world.do("ana", SetField(field="product", value="printer"), ticket)
    with pytest.raises(FieldsMissing, match="Pages"):
        world.do("ana", Reply(body="Done.", state_id=world.state("SOLVED")), ticket)
    world.do("ana", SetField(field="product", value="phone"), ticket)
    assert world.do("ana", Solve(), ticket).category == "SOLVED"


def test_closing_asks_for_what_solving_asks_for_and_more(world: World) -> None:
    define(world, "cause", type="text", required_on=["solve"])
    define(world, "checked", type="boolean", required_on=["close"])
    ticket = world.ticket()
    with pytest.raises(FieldsMissing, match="Cause"):
        world.do("ana", Close(), ticket)
    world.do("ana", SetField(field="cause", value="Paper"), ticket)
    world.do("ana", Solve(), ticket)
    with pytest.raises(FieldsMissing, match=r"^To close this ticket, fill in: Checked\.$"):
        world.do("ana", Close(), ticket)
    world.do(SYSTEM, Close(), ticket)
    assert ticket.category == "CLOSED"


def test_customers_fill_in_what_is_theirs_and_see_nothing_else(world: World) -> None:
    define(world, "product", **PRODUCT, audience="customers", required_on=["create"])
    define(world, "cause", type="text", required_on=["create"])
    wish = {"title": "Broken", "body": "It is broken.", "queue_id": world.billing}
    with pytest.raises(FieldsMissing, match=r"To open this ticket, fill in: Product\."):
        world.do("cleo", Open(**wish))
    with pytest.raises(NoSuchField):
        world.do("cleo", Open(**wish, fields={"product": "phone", "cause": "me"}))
    with pytest.raises(NoSuchField):
        world.do("cleo", Open(**wish, fields={"product": "phone", "nobody_knows": "x"}))
    assert world.do("cleo", Open(**wish, fields={"product": "phone"})).custom == {"product": "phone"}
    with pytest.raises(FieldsMissing, match="Cause, Product"):
        world.do("ana", Open(**wish))


def test_a_retired_field_is_asked_for_no_more_and_its_values_stay(world: World) -> None:
    define(world, "cause", type="text", required_on=["solve"])
    ticket = world.ticket()
    world.do("ana", SetField(field="cause", value="Paper"), ticket)
    define(world, "cause", type="text", required_on=["solve"], is_active=False)
    assert ticket.custom == {"cause": "Paper"}
    with pytest.raises(FieldDoesNotApply):
        world.do("ana", SetField(field="cause", value="Ink"), ticket)
    world.do("ana", SetField(field="cause", value=None), ticket)
    world.do("ana", Solve(), ticket)
