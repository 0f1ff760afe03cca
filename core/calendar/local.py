"""Wall-clock times as instants, as RFC 5545 (3.3.5) reads them.

A time that comes twice (clocks go back) means its first coming. A time that never comes (clocks go forward) is read
with the offset from before the gap: 02:30 becomes 03:30. `zoneinfo` does both for `fold=0`. Hours that begin and end
at times that never come are none (`Wall`).
"""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
"""Instants are whole microseconds since 1970 in here: exact, and they add up."""
_MINUTE = 60 * SECOND
_DAY_MINUTES = 1440
_DAY = _DAY_MINUTES * _MINUTE


@lru_cache(1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def is_zone(name: str) -> bool:
    """There is an IANA zone of that name."""
    return name in _zones()


def instant_of(day: date, minute: int, zone: ZoneInfo) -> int:
    """When the clocks of `zone` show so many minutes after the midnight of `day`; 1440 and more: on later days."""
    return int(_local(day, minute, zone).timestamp()) * SECOND


def is_skipped(day: date, minute: int, zone: ZoneInfo) -> bool:
    """The clocks of `zone` never show that time: they jump over it."""
    local = _local(day, minute, zone)
    before, after = local.utcoffset(), local.replace(fold=1).utcoffset()
    return before is not None and after is not None and before < after


def _local(day: date, minute: int, zone: ZoneInfo) -> datetime:
    days, minute = divmod(minute, 1440)
    there = day + timedelta(days) if days else day
    return datetime(there.year, there.month, there.day, minute // 60, minute % 60, tzinfo=zone)


class Wall:
    """The wall clock of a zone, day by day. Most days are 24 hours long: on those a midnight tells every minute."""

    def __init__(self, zone: str) -> None:
        self._zone = ZoneInfo(zone)
        self._midnights: dict[date, int] = {}

    def span(self, day: date, starts: int, ends: int) -> tuple[int, int] | None:
        """The instants from one minute of a day to another (1440 and more: on the next day); none: it never comes."""
        after = day + timedelta(1)
        is_plain = self._midnight(after) - self._midnight(day) == _DAY
        if is_plain and ends <= _DAY_MINUTES:
            return self._midnight(day) + starts * _MINUTE, self._midnight(day) + ends * _MINUTE
        if is_skipped(day, starts, self._zone) and is_skipped(day, ends, self._zone):
            return None
        opens, closes = instant_of(day, starts, self._zone), instant_of(day, ends, self._zone)
        return (opens, closes) if opens < closes else None

    def _midnight(self, day: date) -> int:
        known = self._midnights.get(day)
        if known is None:
            known = self._midnights[day] = instant_of(day, 0, self._zone)
        return known


def micros(instant: datetime) -> int:
    """An aware instant in microseconds since 1970."""
    passed = instant - EPOCH
    return passed.days * _DAY + passed.seconds * SECOND + passed.microseconds


def instant(micros: int) -> datetime:
    """Microseconds since 1970 as an aware instant in UTC."""
    return EPOCH + timedelta(microseconds=micros)
