"""Custom fields on pages: asked for where they apply, filled in without JavaScript, required where they are."""

import pytest

from app.fields.definition import Choice, Shape
from app.fields.setup import create_field
from core.actor import SYSTEM
from tests.web.office import Office, words

PRODUCT = Shape(
    label="Product",
    type="choice",
    choices=(Choice(value="printer", label="Printer"), Choice(value="scanner")),
    required_on=("create",),
)


@pytest.fixture(scope="module")
def shop(office: Office) -> Office:
    """Billing asks for the product; Technical does not."""
    with office.database.transaction() as session:
        only_here = PRODUCT.model_copy(update={"queue_ids": (office.world.billing,)})
        create_field(session, SYSTEM, "product", only_here)
        create_field(session, SYSTEM, "pages", Shape(label="Pages", type="number", queue_ids=(office.world.billing,)))
    return office


def opening(shop: Office, **more: str) -> dict[str, str]:
    return {
        "title": "Jam",
        "body": "Paper.",
        "queue": str(shop.world.billing),
        "priority": "2",
        "as": "customer",
        **more,
    }


def test_a_new_ticket_asks_for_what_its_queue_wants(shop: Office) -> None:
    browser = shop.browser("ana")
    refused = browser.post("/tickets", data=opening(shop))
    assert refused.status_code == 409
    assert "fill in: Product" in words(refused.text)
    assert 'name="field.product" required' in refused.text
    assert browser.post("/tickets", data=opening(shop, **{"field.product": "printer"})).status_code == 303


def test_fields_are_set_on_the_ticket_s_page(shop: Office) -> None:
    browser = shop.browser("ana")
    ticket = shop.ticket(opened="mon 9:00", assigned=("mon 9:05", "ana"))
    form = {"version": str(shop.version(ticket)), "field.product": "scanner", "field.pages": "12"}
    assert browser.post(f"/tickets/{ticket.number}/fields", data=form).status_code == 303
    page = browser.get(f"/tickets/{ticket.number}").text
    assert '<option value="scanner" selected>' in page
    assert 'name="field.pages" type="number" value="12"' in page


def test_a_value_that_does_not_fit_is_told(shop: Office) -> None:
    ticket = shop.ticket(opened="mon 9:00")
    form = {"version": str(shop.version(ticket)), "field.pages": "many"}
    answer = shop.browser("ana").post(f"/tickets/{ticket.number}/fields", data=form)
    assert answer.status_code in (409, 422)
    assert "Pages" in words(answer.text)
