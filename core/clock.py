"""The only clock. Aware UTC inside; a test may stop or move it with `at`."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

_stopped_at: datetime | None = None


def now() -> datetime:
    """The current instant, aware, in UTC, to the microsecond."""
    return _stopped_at or datetime.now(UTC)


def stopped_at() -> datetime | None:
    """Where a test has stopped it; None: it goes."""
    return _stopped_at


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Stop the clock at `instant` (aware) for the length of a `with` block."""
    global _stopped_at  # noqa: PLW0603 — one clock for the process is the point
    if instant.tzinfo is None:
        raise ValueError("The clock needs an aware datetime, such as one with tzinfo=UTC.")
    before, _stopped_at = _stopped_at, instant.astimezone(UTC)
    try:
        yield
    finally:
        _stopped_at = before
