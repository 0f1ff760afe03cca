"""The company of `tests.world` at work on a platform of its own: every step is committed, as over HTTP."""

from collections.abc import Callable
from typing import Any

import psycopg

from app.db import Database
from app.tickets.ticket import Ticket
from core.settings import Settings
from etl.stores import SINKS
from tests.etl.carriers import carrying, eventually
from tests.world import World

STEPS: tuple[dict[str, Any], ...] = (
    {"assigned": "mon 9:05", "replied": "mon 9:20", "solved": "tue 10:00"},
    {"queue": "technical", "noted": "mon 9:30", "moved": ("mon 10:00", "billing"), "replied": "mon 15:00"},
    {"assigned": "mon 9:10", "solved": "mon 9:40", "customer_replied": "mon 11:00", "replied": "mon 11:30"},
    {"tagged": "mon 9:10", "prioritised": "mon 9:15", "pending": "mon 9:20", "retitled": "mon 12:00"},
    {"solved": "mon 10:00", "reopened": "tue 8:00", "replied": "tue 8:30", "closed": "fri 17:00"},
)


class Company:
    """Opens tickets and works them, each in a transaction of its own."""

    def __init__(self, settings: Settings) -> None:
        self._database = Database(settings.database_url)
        self._count = 0
        with self._database.transaction() as session:
            self._world = World(session)

    def work(self, tickets: int = 5) -> list[Ticket]:
        """The lives of some tickets, all of them different from their neighbours'."""
        return [self._one() for _ in range(tickets)]

    def close(self) -> None:
        """Go home."""
        self._database.close()

    def _one(self) -> Ticket:
        life, self._count = STEPS[self._count % len(STEPS)], self._count + 1
        with self._database.transaction() as session:
            self._world.session = session
            return self._world.ticket(title=f"Case {self._count} about the invoice", **life)


def until_carried(settings: Settings, or_else: Callable[[], bool] = lambda: False) -> None:
    """Wait until every event has its position and both stores tell that they have it.

    It looks through one connection: to make one for each look took more of the machine than the carrier.
    """
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        eventually(lambda: or_else() or _is_carried(connection))


def _is_carried(connection: psycopg.Connection) -> bool:
    row = connection.execute(
        """
        select not exists (select from event_pending)
           and count(*) filter (where position >= (select max(position) from event)) = 2
        from follower
        """
    ).fetchone()
    return row == (True,)


def carry_all(settings: Settings) -> None:
    """Run a carrier until lake and index hold everything."""
    with carrying(settings, SINKS) as bugs:
        until_carried(settings, or_else=lambda: bool(bugs))
    assert bugs == []
