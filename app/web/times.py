"""Times as people read them: how long ago, and the exact instant in the reader's own zone."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MINUTE, HOUR, DAY = 60, 3_600, 86_400

MOST_KEPT = 10_000
"""Lists show the same instants to everybody, again and again."""


def zone(name: str) -> ZoneInfo:
    """The reader's zone; a name that this machine does not know falls back to UTC rather than hide the page."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def ago(instant: datetime, now: datetime) -> str:
    """`4 min ago` while that helps, then `yesterday`, then the date. desk.js keeps it fresh by the same steps."""
    seconds = (now - instant).total_seconds()
    if seconds < MINUTE:
        return "just now" if seconds > -MINUTE else f"in {span(-seconds)}"
    if seconds < 7 * DAY:
        return f"{span(seconds)} ago"
    same_year = now - instant < timedelta(days=300)
    return f"{instant.day} {instant:%b}" if same_year else f"{instant.day} {instant:%b %Y}"


def span(seconds: float) -> str:
    """One unit, rounded down: `45 s`, `12 min`, `3 h`, `6 d`."""
    for size, unit in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {unit}"
    return f"{int(seconds)} s"


@lru_cache(MOST_KEPT)
def stamp(instant: datetime, reader: ZoneInfo) -> str:
    """`Tue 4 Nov 2026, 10:42:07 CET`."""
    local = instant.astimezone(reader)
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M:%S %Z}"


def minute(instant: datetime, reader: ZoneInfo, now: datetime) -> str:
    """`Tue 4 Nov 2026, 10:42 CET`: what is planned is told to the minute, unless it is less than one away."""
    if abs((instant - now).total_seconds()) < MINUTE:
        return stamp(instant, reader)
    local = instant.astimezone(reader)
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M %Z}"


@lru_cache(MOST_KEPT)
def machine(instant: datetime) -> str:
    """The form for `<time datetime>`."""
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def local_instant(text: str, zone_name: str) -> datetime:
    """What a form's date and time mean in the reader's zone. Raises `ValueError` for anything else."""
    return datetime.fromisoformat(text).replace(tzinfo=zone(zone_name)).astimezone(UTC)
