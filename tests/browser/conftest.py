"""One Chromium and one running platform for all browser tests; skipped where there is no Chromium."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.house import PATIENCE_SECONDS, House, house_in, until

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first is the same Chromium without the windows, menus and side panels that it otherwise keeps ready unseen."""

CHROMIUM = next((found for name in NAMES if (found := shutil.which(name))), None)
QUIET = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-component-update",
    "--disable-background-networking", "--disable-sync",
]  # fmt: skip
expect.set_options(timeout=PATIENCE_SECONDS * 1_000)


@pytest.fixture(scope="package")
def house(
    fresh_database: Callable[[], AbstractContextManager[str]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """The platform with some weeks of tickets in it."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with fresh_database() as url, house_in(url, tmp_path_factory.mktemp("browser")) as up:
        for n in range(12):
            up.ticket(ago_hours=20.0 * n + 1, replied=0.5, title=f"Invoice {n} is wrong")
        up.ticket(ago_hours=30.0, replied=1.0, solved=2.0)
        up.ticket(ago_hours=3.0, queue="technical", title="Printer on fire")
        until(up.has_caught_up)
        yield up


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()
