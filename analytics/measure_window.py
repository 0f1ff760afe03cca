"""Which stretch of time a question is about: [since, until), as of an instant, as far as was known at one."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from core import clock
from core.errors import Invalid

Instant = datetime | date
"""An aware instant; or a date or naive time, which are local in the reader's zone."""

FAR = datetime(9999, 1, 1)  # noqa: DTZ001 — naive UTC; after everything but infinity
EARLIEST_YEAR, LATEST_YEAR = 1970, 2200
_TICK = timedelta(microseconds=1)
_ASKEW = timedelta(minutes=1)
"""By so much the clocks of who asks and who answers may differ."""


@dataclass(frozen=True, slots=True)
class Window:
    """Naive UTC bounds. `since` is inside, `until` is not; `as_of` sees what happened at that very instant.

    Who asks what was known at an instant asks as one did then: that instant is `now`.
    """

    since: datetime | None
    until: datetime | None
    as_of: datetime | None
    now: datetime
    known_at: datetime | None = None

    @property
    def end(self) -> datetime | None:
        """The exclusive end: the earlier of `until` and the instant just after `as_of`; None is as far as known."""
        ends = [end for end in (self.until, self.as_of and self.as_of + _TICK) if end is not None]
        return min(ends, default=None)

    @property
    def time_end(self) -> datetime:
        """Where passing time is cut: nothing that runs has run longer than until `as_of`, or now."""
        return min(self.until or FAR, self.as_of or self.now)

    @property
    def end_by_now(self) -> datetime:
        """The exclusive end where what is still to come is known already: not after `as_of`, or now."""
        return min(self.until or FAR, (self.as_of or self.now) + _TICK)

    @property
    def instants(self) -> tuple[datetime | None, datetime | None]:
        """As of when, and as known when."""
        return self.as_of, self.known_at

    @property
    def values(self) -> dict[str, Any]:
        """What queries bind. A window without an end binds one that lies after everything."""
        return {
            "since": self.since, "end": self.end or FAR, "end_by_now": self.end_by_now, "as_of": self.as_of,
            "now": self.as_of or self.now, "known_at": self.known_at,
        }  # fmt: skip


def window(
    since: Instant | None,
    until: Instant | None,
    as_of: Instant | None,
    zone: ZoneInfo,
    known_at: Instant | None = None,
) -> Window:
    """The window between these instants. A period that ends before it begins is refused."""
    present, known, moment = naive(clock.now(), zone) or FAR, naive(known_at, zone), naive(as_of, zone)
    if moment and moment > present + _ASKEW:
        raise Invalid("Nobody knows yet what will be true then: `as_of` must not lie in the future.")
    known = known and min(known, present)
    asked = Window(naive(since, zone), naive(until, zone), moment and min(moment, present), known or present, known)
    if asked.since and asked.until and asked.since > asked.until:
        raise Invalid("The period ends before it begins: `since` must not be later than `until`.")
    if asked.as_of and known and asked.as_of > known:
        raise Invalid("Nobody knew then what was true later: `as_of` must not be later than `as_known_at`.")
    return asked


def naive(instant: Instant | None, zone: ZoneInfo) -> datetime | None:
    """As the lake keeps it: naive UTC. A date is its midnight in `zone`, a naive time is local there."""
    if instant is None:
        return None
    if not isinstance(instant, datetime):
        instant = datetime(instant.year, instant.month, instant.day, tzinfo=zone)
    elif instant.tzinfo is None:
        instant = instant.replace(tzinfo=zone)
    if not EARLIEST_YEAR <= instant.year <= LATEST_YEAR:
        raise Invalid(f"Dates lie between {EARLIEST_YEAR} and {LATEST_YEAR}.")
    return instant.astimezone(UTC).replace(tzinfo=None)
