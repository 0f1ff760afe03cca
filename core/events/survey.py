"""What customers think of how they were helped."""

from typing import ClassVar

from core.events.event import Event


class CsatRated(Event):
    """Whoever asked said how content they are with the solution; the newest rating of a ticket holds.

    Their words stay in a table that can be erased; here is their SHA-256 hash.
    """

    kind: ClassVar[str] = "csat.rated"

    score: int
    """From 1, not at all, to `scale`, very; 4 and 5 of 5 are content."""
    scale: int = 5
    before: int | None = None
    """What they had said before."""
    comment_hash: str | None = None
