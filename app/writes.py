"""Writes that leave together: one statement for everything that a request changes.

Each trip to Postgres costs a request more than most rules do. So a request collects its inserts and updates and sends
them at its end as one statement (data-modifying CTEs). If it has asked nothing before, that statement is the whole
transaction and needs neither BEGIN nor COMMIT.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import count
from typing import Any

from psycopg import Connection, RawCursor

PLACE = "%s"

Write = tuple[str, Sequence[object]]
"""A statement that tells nothing back, and its values."""


class Batch:
    """Statements without results, and their values. They must not depend on each other's effects."""

    def __init__(self) -> None:
        self._statements: list[str] = []
        self._values: list[object] = []

    def add(self, statement: str, values: Iterable[object]) -> None:
        """One more; placeholders are `%s`."""
        self._statements.append(statement)
        self._values += values

    def __bool__(self) -> bool:
        return bool(self._statements)

    def send(self, driver: Connection[Any]) -> None:
        """All of them in one trip. Errors are psycopg's own."""
        if self._statements:
            RawCursor(driver).execute(_one_of(*self._statements), self._values)
            self._statements, self._values = [], []


@lru_cache(maxsize=512)
def _one_of(*statements: str) -> bytes:
    """One statement of several, with Postgres' own placeholders: psycopg would parse ours anew each time."""
    *others, last = statements
    whole = f"with {', '.join(f'part_{n} as ({one})' for n, one in enumerate(others))} {last}" if others else last
    pieces, numbers = whole.split(PLACE), count(1)
    return "".join(f"{piece}${next(numbers)}" for piece in pieces[:-1]).encode() + pieces[-1].encode()
