"""What a ticket's state means."""

from enum import StrEnum


class Category(StrEnum):
    """What a state means; custom states map to one (SEMANTICS.md 2.1)."""

    NEW = "NEW"
    OPEN = "OPEN"
    PENDING = "PENDING"
    HOLD = "HOLD"
    SOLVED = "SOLVED"
    CLOSED = "CLOSED"
    MERGED = "MERGED"
    SPAM = "SPAM"
    DELETED = "DELETED"

    @property
    def is_unsolved(self) -> bool:
        """Whether the ticket still asks something of somebody: what the backlog counts."""
        return self in UNSOLVED

    @property
    def is_done(self) -> bool:
        """Whether the ticket stands solved."""
        return self in (Category.SOLVED, Category.CLOSED)


UNSOLVED = (Category.NEW, Category.OPEN, Category.PENDING, Category.HOLD)
