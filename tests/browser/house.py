"""The platform as it runs: web and etl as processes of their own, and people with a real browser in front of it."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from app.db import Database
from app.identity.password import hash_password
from app.identity.session import COOKIE, begin_session
from app.tickets.ticket import Ticket
from app.web.health import seconds_behind
from core import clock
from core.settings import Settings
from tests.depth import DEPTH
from tests.faults.processes import running
from tests.world import World

PASSWORD = "correct horse battery"
PATIENCE_SECONDS = 60.0
DESKTOP, PHONE = {"width": 1360, "height": 900}, {"width": 380, "height": 780}
LOOKS = [
    pytest.param(viewport, scheme, id=f"{name}-{scheme}")
    for name, viewport, usual in (("wide", DESKTOP, "light"), ("narrow", PHONE, "dark"))
    for scheme in ("light", "dark")
    if DEPTH > 1 or scheme == usual
]
"""Windows and colours to look at pages in; the other two when tests dig deep, for colours change no width."""


class House:
    """Addresses, people and tickets."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.url = f"http://127.0.0.1:{settings.port}"
        self.database = Database(settings.database_url, most_connections=3)
        with self.database.transaction() as session:
            self.world = World(session)
            for person in (self.world.ana, self.world.dov):
                person.password_hash = hash_password(PASSWORD)
                person.timezone = "Europe/Berlin"

    def ticket(self, ago_hours: float = 0, **life: Any) -> Ticket:
        """A ticket that came in so long ago, with a life of (hours later, argument) steps."""
        opened = clock.now() - timedelta(hours=ago_hours)
        hours = {step: later for step, later in life.items() if isinstance(later, float)}
        steps = {step: (opened + timedelta(hours=later), None) for step, later in hours.items()}
        with self.database.transaction() as session:
            self.world.session = session
            return self.world.ticket(opened=opened, **{**life, **steps})

    def has_caught_up(self) -> bool:
        """Whether lake and index have every event."""
        with self.database.reading() as session:
            behind = seconds_behind(session)
        return {"ledger", "lake", "search"} <= set(behind) and not any(behind.values())

    def cookies(self, who: str) -> list[Any]:
        """The cookies of somebody who is signed in."""
        with self.database.transaction() as session:
            secret = begin_session(session, getattr(self.world, who), 1)
        return [{"name": COOKIE, "value": secret, "url": self.url}]


class Window:
    """A browser window that remembers what went wrong in it."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.context, self.url = context, url
        self.page: Page = context.new_page()
        self.troubles: list[str] = []
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("console", lambda said: self.troubles.append(said.text) if said.type == "error" else None)

    def open(self, path: str) -> Page:
        """Go to an address of ours."""
        self.page.goto(self.url + path)
        return self.page


@contextmanager
def house_in(database_url: str, folder: Path) -> Iterator[House]:
    """Web and etl, up and answering."""
    settings = Settings(
        data_dir=folder, database_url=database_url, secret_key="k" * 32, port=_free_port(), company="Clearqueue"
    )
    with ExitStack() as stack:
        house = House(settings)
        stack.callback(house.database.close)
        stack.enter_context(running(settings, "-m", "etl"))
        stack.enter_context(running(settings, "-m", "cli", "web"))
        until(lambda: _answers(house.url))
        yield house


@contextmanager
def window(browser: Browser, house: House, who: str | None = "dov", **more: Any) -> Iterator[Window]:
    """A window, of somebody signed in or (None) of a stranger; nothing may go wrong in it unnoticed."""
    context = browser.new_context(**{"viewport": DESKTOP, "timezone_id": "Europe/Berlin", **more})
    context.set_default_timeout(PATIENCE_SECONDS * 1_000)
    if who:
        context.add_cookies(house.cookies(who))
    opened = Window(context, house.url)
    try:
        yield opened
        assert opened.troubles == [], opened.troubles
    finally:
        context.close()


def until(holds: Callable[[], Any]) -> None:
    """Wait until it holds; a test that waits in vain fails."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < give_up, "it never came true"
        time.sleep(0.05)


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/sign-in").status_code == 200
    except httpx.TransportError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
