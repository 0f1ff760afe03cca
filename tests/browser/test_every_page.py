"""Every page, light and dark, wide and narrow: nothing overflows, nothing complains."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.house import LOOKS, House, window

pytestmark = pytest.mark.xdist_group("browser")

PATHS = [
    "/tickets", "/tickets/1001", "/tickets/new", "/search?q=invoice", "/account", "/account/password", "/health",
    "/keys", "/dashboards/overview", "/macros", "/macros/new", "/canned-replies/new", "/views/new",
    "/tickets/1001/merge", "/tickets/1001/merge?into=1002", "/tickets/1001/split", "/tickets/1001/history",
    "/tickets/1001/access", "/tickets/1001/sla",
]  # fmt: skip


@pytest.mark.parametrize(("viewport", "scheme"), LOOKS)
def test_no_page_is_wider_than_its_window(
    browser: Browser, house: House, viewport: dict[str, int], scheme: str
) -> None:
    with window(browser, house, viewport=viewport, color_scheme=scheme) as w:
        for path in PATHS:
            page = w.open(path)
            if "dashboards" in path:
                expect(page.locator("#panel-queues .barlayer path").first).to_be_visible()
            assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], path
