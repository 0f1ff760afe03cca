"""A customer who writes tickets over HTTP and keeps a journal of what was promised."""

import json
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from uuid import uuid4

import psycopg


@dataclass
class Journal:
    """Each command by its key: `None` while nobody knows whether it was done, else the ticket that the answer named."""

    port: int
    token: str
    queue_id: str
    answers: dict[str, str | None] = field(default_factory=dict)

    def open_tickets(self, count: int) -> None:
        """Ask for some tickets; a server that dies leaves the answer unknown."""
        for _ in range(count):
            self._ask(uuid4().hex)

    def ask_again(self) -> None:
        """Repeat every command under its key: what was known stays so, what was not becomes known."""
        for key, before in list(self.answers.items()):
            self._ask(key)
            assert before in (None, self.answers[key])

    @property
    def is_certain(self) -> bool:
        """Whether every command has its answer."""
        return None not in self.answers.values()

    def kept(self, database_url: str) -> list[str]:
        """The titles of all tickets that are there. A command's key is the title of its ticket."""
        with psycopg.connect(database_url) as connection:
            return [row[0] for row in connection.execute("select title from ticket order by number")]

    def _ask(self, key: str) -> None:
        self.answers.setdefault(key, None)
        body = json.dumps({"title": key, "body": "Once, please.", "queue_id": self.queue_id})
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}", "Idempotency-Key": key}
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("POST", "/api/v1/tickets", body, headers)
            answer = connection.getresponse()
            said = json.loads(answer.read())
        except (OSError, HTTPException):
            return
        finally:
            connection.close()
        assert answer.status == 201, said
        self.answers[key] = said["id"]
