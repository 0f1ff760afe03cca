"""What a store must be able to do so that the carrier can keep it in step with the ledger."""

from collections.abc import Callable, Sequence
from typing import Protocol

from core.ledger import Entry

Progress = Callable[[int, int], None]
"""Told (done, total) now and then during long work."""


class Sink(Protocol):
    """A store that follows the ledger. It belongs to the one process that holds the writer lock (etl/locks.py).

    Two errors mean something to the carrier: `core.errors.Unavailable` (wait, then the same entries come again) and
    `core.upcasters.UnreadableEvent` (the entry at fault is found and set aside). Anything else is a bug and ends
    the process.
    """

    @property
    def name(self) -> str:
        """What people call it, such as "lake"; the key of its row in `follower`."""
        ...

    def position(self) -> int:
        """The position of the newest entry that the store itself says it holds; 0 when it is empty."""
        ...

    def is_of_today(self) -> bool:
        """Whether today's code wrote it. If not it is made anew before anything is added."""
        ...

    def write(self, entries: Sequence[Entry]) -> None:
        """Apply `entries` (rising positions) and move the cursor, in one transaction of the store's own.

        Entries behind the cursor are latecomers that had been set aside: they are applied unless the store has
        them already, and the cursor never goes back.
        """
        ...

    def wipe(self) -> None:
        """Empty the store: `position()` is 0 afterwards."""
        ...

    def rebuild(self, progress: Progress) -> None:
        """From nothing to the ledger's newest entry by the store's fastest way; the same rows as following gives."""
        ...

    def maintain(self) -> None:
        """House-keeping that must not run beside a write: merge small files, forget old versions."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...
