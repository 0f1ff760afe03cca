"""Setting things up on pages, in a real browser: what a form would do stands beside it while one types."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, expect

from app.timers import set_timer
from core import clock
from core.actor import Role
from tests.browser.house import PHONE, House, Window, window
from tests.depth import DEPTH

pytestmark = pytest.mark.xdist_group("browser")
SETUP_PATHS = [
    "/setup", "/setup/states/new", "/setup/queues/new", "/setup/fields", "/setup/new-field", "/setup/timers",
    "/setup/new-field?kind=choice", "/setup/new-field?kind=text", "/setup/calendars", "/setup/sla", "/audit",
    "/setup/denominators",
]  # fmt: skip


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


def test_a_failed_timer_is_run_again(ada: Window, house: House) -> None:
    ticket = house.ticket(title="Overdue")
    with house.database.transaction() as session:
        set_timer(session, key="test:overdue", kind="test.nobody", due_at=clock.now(), ticket_id=ticket.id)
        session.execute(sa.text("update timer set is_set_aside = true, attempts = 12, note = 'LookupError: gone'"))
    page = ada.open("/setup/timers")
    expect(page.locator(".choose")).to_contain_text("LookupError: gone")
    page.get_by_role("button", name="Dismiss the ticked").click()
    expect(page.get_by_role("status").first).to_contain_text("1 timer dismissed.")


def test_a_duplicate_is_suggested_and_merged(ada: Window, house: House) -> None:
    first = house.ticket(title="Till 0815 is stuck")
    again = house.ticket(title="Re: till 0815 is stuck")
    page = ada.open(f"/tickets/{again.number}")
    page.get_by_role("link", name="Merge into another").click()
    page.get_by_role("link", name=f"#{first.number}").click()
    expect(page.locator(".outcome")).to_contain_text(f"#{again.number} becomes merged")
    page.get_by_role("button", name=f"Merge {again.number} into {first.number}").click()
    expect(page.get_by_role("status").first).to_contain_text(f"Ticket {again.number} is part of this one now.")


def test_ways_begin_with_the_usual_ones_and_one_is_made_to_ask(ada: Window, house: House) -> None:
    page = ada.open("/setup/queues/new")
    page.get_by_label("Name", exact=True).fill("Repairs")
    page.get_by_role("button", name="Keep").click()
    page.get_by_role("button", name="Begin with the usual ways").click()
    matrix = page.locator(".matrix")
    expect(matrix.get_by_label("Not allowed").first).to_be_visible()
    page.get_by_label("Change way 1", exact=True).click()
    page.get_by_label("To be confirmed").fill("Really?")
    page.locator("#way").get_by_role("button", name="Keep").click()
    expect(matrix.get_by_label("Allowed by way 1, which asks for something").first).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"][-DEPTH:])
def test_no_setup_page_is_wider_than_a_phone(ada: Window, scheme: str) -> None:
    ada.page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    ada.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    for path in SETUP_PATHS:
        page = ada.open(path)
        expect(page.get_by_role("heading", level=1).first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
