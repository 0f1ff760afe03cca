"""The whole web application in this process, over a database with the world in it, and people in front of it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from app.db import Database
from app.identity.password import hash_password
from app.identity.session import COOKIE, begin_session
from app.people.person import Person
from app.tickets.ticket import Ticket
from asgi import create_app
from core.settings import Settings
from tests.clients import Clients
from tests.world import World

PASSWORD = "correct horse battery"
PAGE = {"accept": "text/html", "sec-fetch-site": "same-origin"}


class Office:
    """Desk, API and dashboards. `office.browser("ana")` is Ana's browser, signed in."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.settings = Settings(data_dir=folder, database_url=database_url, secret_key="k" * 32)
        self.database = Database(database_url, most_connections=3)
        with self.database.transaction() as session:
            self.world = World(session)
            self.world.ana.password_hash = hash_password(PASSWORD)
        self.application = create_app(self.settings)
        self._clients = Clients(self.application)

    def stranger(self) -> TestClient:
        """A browser that is not signed in."""
        return self._clients.client(headers=PAGE, follow_redirects=False)

    def browser(self, who: str) -> TestClient:
        """A browser that is."""
        person: Person = getattr(self.world, who)
        with self.database.transaction() as session:
            secret = begin_session(session, person, 1)
        browser = self.stranger()
        browser.cookies.set(COOKIE, secret)
        return browser

    def ticket(self, **life: Any) -> Ticket:
        """A ticket with a life (tests/world.py)."""
        with self.database.transaction() as session:
            self.world.session = session
            return self.world.ticket(**life)

    def close(self) -> None:
        """Let go of the loop and the connections."""
        self._clients.close()
        self.database.close()
        self.application.state.desk.close()

    def version(self, ticket: Ticket) -> int:
        """The ticket's version now."""
        with self.database.reading() as session:
            return session.get_one(Ticket, ticket.id).version


def words(html: str) -> str:
    """What stands on a page, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))


@contextmanager
def office_in(database_url: str, folder: Path) -> Iterator[Office]:
    """An office that closes behind itself."""
    office = Office(database_url, folder)
    try:
        yield office
    finally:
        office.close()
