"""A running API over a database with the world in it, and browsers and programs that ask it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from fastapi import FastAPI
from starlette.testclient import TestClient

from app.api import create_api
from app.db import Database
from app.identity.token import issue_token
from app.people.person import Person
from core.actor import SYSTEM, Role
from core.settings import Settings
from tests.clients import Clients
from tests.world import World


class ApiHouse:
    """The API in this process. `house.ana.post(…)` asks as Ana, by token; `house.world` are the ids."""

    def __init__(self, database_url: str, folder: Path, **more: Any) -> None:
        self.settings = Settings(data_dir=folder, database_url=database_url, secret_key="k" * 32, **more)
        self.database = Database(database_url, most_connections=3)
        with self.database.transaction() as session:
            self.world = World(session)
            self.ada = self.world.person("Ada", Role.ADMIN)
            self.eve = self.world.person("Eve", Role.CUSTOMER)
        self.api: FastAPI = create_api(self.settings)
        self._clients = Clients(self.api)
        self.tokens: dict[UUID, str] = {}

    def token(self, person: Person, *scopes: str) -> str:
        """An API token of a person."""
        with self.database.transaction() as session:
            return issue_token(session, SYSTEM, person_id=person.id, name="test", scopes=scopes or ("write",))[1]

    def anybody(self, **headers: str) -> TestClient:
        """A client that is not signed in."""
        return self._clients.client(headers=headers)

    def as_(self, person: Person, *scopes: str) -> TestClient:
        """A client with a token of this person."""
        return self.anybody(authorization=f"Bearer {self.token(person, *scopes)}")

    def close(self) -> None:
        """Let go of the loop and the connections."""
        self._clients.close()
        self.database.close()
        self.api.state.desk.close()

    def __getattr__(self, name: str) -> Any:
        person = {"admin": self.ada, "outsider": self.eve}.get(name) or getattr(self.world, name)
        client = self.as_(person)
        setattr(self, name, client)
        return client

    def opened(self, client: TestClient | None = None, **more: Any) -> dict[str, Any]:
        """A ticket opened over HTTP, by Cleo unless said otherwise."""
        wish = {
            "title": "Printer on fire", "body": "Smoke everywhere.", "queue_id": str(self.world.billing), **more
        }  # fmt: skip
        answer = (client or self.cleo).post("/api/v1/tickets", json=wish)
        assert answer.status_code == 201, answer.text
        ticket: dict[str, Any] = answer.json()
        return ticket


House = TypeVar("House", bound=ApiHouse)


@contextmanager
def api_house(
    database_url: str,
    folder: Path,
    kind: type[House] = ApiHouse,
    **more: Any,  # type: ignore[assignment]
) -> Iterator[House]:
    """An API that lets go of its connections in the end."""
    house = kind(database_url, folder, **more)
    try:
        yield house
    finally:
        house.close()
