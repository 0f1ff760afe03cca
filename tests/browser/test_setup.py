"""Setting things up on pages, in a real browser: what a form would do stands beside it while one types."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from core.actor import Role
from tests.browser.house import House, Window, window

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture
def ada(browser: Browser, house: House) -> Iterator[Window]:
    """An administrator's window."""
    if not hasattr(house.world, "ada"):
        with house.database.transaction() as session:
            house.world.session = session
            house.world.ada = house.world.person("Ada", Role.ADMIN)  # type: ignore[attr-defined]
    with window(browser, house, "ada") as opened:
        yield opened


def test_a_field_is_seen_as_agents_will_see_it_while_it_is_set_up(ada: Window, house: House) -> None:
    page = ada.open("/setup/fields")
    page.get_by_role("link", name="New field").click()
    page.get_by_role("link", name="Any of several").click()
    page.get_by_label("Name", exact=True).fill("Broken parts")
    page.get_by_label("Option 1: what people read").fill("Drum")
    preview = page.locator(".preview .this-one")
    expect(preview.get_by_label("Drum")).to_be_visible()
    page.get_by_role("button", name="Set it up").click()
    expect(page.get_by_role("status").first).to_contain_text("Broken parts is kept as version 1.")
    ticket = house.ticket(title="Which part?")
    page = ada.open(f"/tickets/{ticket.number}")
    page.get_by_label("Drum").check()
    page.get_by_role("button", name="Save the fields").click()
    expect(page.get_by_label("Drum")).to_be_checked()


def test_a_macro_is_tried_on_a_ticket_before_it_is_kept(ada: Window, house: House) -> None:
    ticket = house.ticket(title="Tried out")
    page = ada.open("/macros/new")
    page.get_by_label("Name", exact=True).fill("Calm down")
    page.get_by_label("Try it on ticket").fill(str(ticket.number))
    page.get_by_label("Reply to the customer").fill("Dear {{customer.name}}, we look into it.")
    expect(page.locator(".preview")).to_contain_text("Dear Cleo, we look into it.")
    page.get_by_label("Reply to the customer").fill("Dear {{customer.shoe}}")
    expect(page.locator(".preview")).to_contain_text("There is no placeholder")
    page.get_by_label("Reply to the customer").fill("Dear {{customer.name}}")
    expect(page.locator(".preview")).to_contain_text("Dear Cleo")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("link", name="Calm down")).to_be_visible()
