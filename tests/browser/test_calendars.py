"""A calendar's pages in a real browser: readable at every width, and they work."""

import pytest
from playwright.sync_api import Browser, expect

from app.calendars.setup import all_newest
from core.actor import Role
from tests.browser.house import DESKTOP, LOOKS, House, window

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture(scope="module")
def home(house: House) -> str:
    """The page of the company's first calendar; Ada is an administrator."""
    with house.database.transaction() as session:
        house.world.session = session
        house.world.ada = house.world.person("Ada", Role.ADMIN)  # type: ignore[attr-defined]
        return f"/setup/calendars/{all_newest(session)[0].calendar_id}"


@pytest.mark.parametrize(("viewport", "scheme"), LOOKS)
def test_no_page_of_calendars_is_wider_than_its_window(
    browser: Browser, house: House, home: str, viewport: dict[str, int], scheme: str
) -> None:
    with window(browser, house, "ada", viewport=viewport, color_scheme=scheme) as w:
        for path in ("/setup/calendars", home, f"{home}/year/2026", f"{home}/versions/1", "/setup/new-calendar"):
            page = w.open(path)
            assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], path


def test_a_due_time_is_reckoned(browser: Browser, house: House, home: str) -> None:
    with window(browser, house, "ada", viewport=DESKTOP, java_script_enabled=False) as w:
        page = w.open(home)
        page.get_by_label("Started (UTC)").fill("2026-03-06T16:00")
        page.get_by_label("Business hours").fill("4")
        page.get_by_role("button", name="Reckon").click()
        expect(page.get_by_text("Mon 9 Mar 2026, 12:00")).to_be_visible()
