"""A program of its own that reads a stranger's iCalendar: `python -I feed_reader.py ZONE FIRST LAST`, feed on stdin.

It knows nothing of us and gives up memory and processor time before it looks at a byte: a rule such as
`FREQ=SECONDLY` would otherwise keep a worker busy for ever. JSON on stdout: a list of [date, name, starts, ends], the
last two in minutes of the day; anything but exit 0 means that this is no calendar.
"""

import json
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

LIMITS = {
    resource.RLIMIT_AS: 768 * 1024 * 1024,
    resource.RLIMIT_CPU: 5,
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_NOFILE: 64,
    resource.RLIMIT_CORE: 0,
}
MOST_EVENTS = 3_000
LONGEST_NAME = 80
LONGEST_EVENT = timedelta(days=120)
"""What lasts longer is no holiday: a school year, somebody's mistake."""


def main(zone: str, first: str, last: str) -> None:
    """Tell the holidays of one feed."""
    for limit, value in LIMITS.items():
        resource.setrlimit(limit, (value, value))
    found = set(_holidays(sys.stdin.buffer.read(), ZoneInfo(zone), date.fromisoformat(first), date.fromisoformat(last)))
    if len(found) > MOST_EVENTS:
        sys.exit("too many events")
    json.dump(sorted(found), sys.stdout)


def _holidays(feed: bytes, zone: ZoneInfo, first: date, last: date) -> Iterator[tuple[str, str, int, int]]:
    import icalendar
    import recurring_ical_events

    calendars = icalendar.Calendar.from_ical(feed, multiple=True)
    if not calendars:
        sys.exit("no calendar")
    for calendar in calendars:
        calendar.subcomponents = [one for one in calendar.subcomponents if one.name != "VEVENT" or "DTSTART" in one]
        occurrences = recurring_ical_events.of(calendar, skip_bad_series=True)
        for event in occurrences.between(first, last + timedelta(1)):
            if str(event.get("STATUS", "")).upper() != "CANCELLED":
                yield from _days(event, zone, first, last)


def _days(event: Any, zone: ZoneInfo, first: date, last: date) -> Iterator[tuple[str, str, int, int]]:
    """An event's dates. One without times closes whole days; its end is the day after (RFC 5545 3.6.1)."""
    name = " ".join(str(event.get("SUMMARY", "")).split())
    name = "".join(letter for letter in name if letter.isprintable())[:LONGEST_NAME]
    starts, ends = _moment(event["DTSTART"].dt, zone), _moment(event["DTEND"].dt, zone)
    if not starts < ends <= starts + LONGEST_EVENT:
        return
    day = starts.date()
    while datetime.combine(day, time()) < ends:
        midnight = datetime.combine(day, time())
        begins, stops = max(starts - midnight, timedelta(0)), min(ends - midnight, timedelta(1))
        minutes = begins // timedelta(minutes=1), -(-stops // timedelta(minutes=1))
        if first <= day <= last and minutes[0] < minutes[1]:
            yield day.isoformat(), name, *minutes
        day += timedelta(1)


def _moment(value: date | datetime, zone: ZoneInfo) -> datetime:
    """On the wall clock of `zone`; what has no zone is meant there."""
    if not isinstance(value, datetime):
        return datetime.combine(value, time())
    return (value.astimezone(zone) if value.tzinfo else value).replace(tzinfo=None)


if __name__ == "__main__":
    main(*sys.argv[1:4])
