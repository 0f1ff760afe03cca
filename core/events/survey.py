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


class EffortRated(Event):
    """Whoever asked said how easy it was to be helped (customer effort score); the newest of a ticket holds."""

    kind: ClassVar[str] = "ces.rated"

    score: int
    """From 1, very hard, to `scale`, very easy; 6 and 7 of 7 are easy."""
    scale: int = 7
    before: int | None = None
    """What they had said before."""


class RecommendationRated(Event):
    """Whoever asked said how likely they would recommend us; the newest of a ticket holds."""

    kind: ClassVar[str] = "nps.rated"

    score: int
    """From 0, not at all, to `scale`: 9 and 10 are promoters, 0 to 6 detractors."""
    scale: int = 10
    before: int | None = None
    """What they had said before."""
