"""Wall-clock times as instants, as RFC 5545 (3.3.5) reads them.

A time that comes twice (clocks go back) means its first coming. A time that never comes (clocks go forward) is read
with the offset from before the gap: 02:30 becomes 03:30. `zoneinfo` does both for `fold=0`.
"""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
"""Instants are whole microseconds since 1970 in here: exact, and they add up."""
_DAY = 86_400 * SECOND


@lru_cache(1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def is_zone(name: str) -> bool:
    """There is an IANA zone of that name."""
    return name in _zones()


def instant_of(day: date, minute: int, zone: ZoneInfo) -> int:
    """When the clocks of `zone` show so many minutes after the midnight of `day`; 1440 and more: on later days."""
    days, minute = divmod(minute, 1440)
    there = day + timedelta(days) if days else day
    local = datetime(there.year, there.month, there.day, minute // 60, minute % 60, tzinfo=zone)
    return int(local.timestamp()) * SECOND


def micros(instant: datetime) -> int:
    """An aware instant in microseconds since 1970."""
    passed = instant - EPOCH
    return passed.days * _DAY + passed.seconds * SECOND + passed.microseconds


def instant(micros: int) -> datetime:
    """Microseconds since 1970 as an aware instant in UTC."""
    return EPOCH + timedelta(microseconds=micros)
