"""Holidays out of an iCalendar that strangers wrote: read in a process with hard limits, fetched with others."""

import json
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from core.calendar import Holiday
from core.errors import Conflict

MOST_BYTES = 1024 * 1024
SECONDS = 12
PROGRAM = Path(__file__).with_name("feed_reader.py")


class NotACalendar(Conflict):
    """What came is no iCalendar, or too much of one."""

    code = "not_a_calendar"

    def __init__(self) -> None:
        super().__init__("This is no iCalendar feed that can be read within the limits; check what the address gives.")


def holidays_of(feed: bytes, zone: str, first: date, last: date) -> Sequence[Holiday]:
    """The events of a feed from `first` to `last` as holidays on the wall clock of `zone`. Raises `NotACalendar`."""
    if len(feed) > MOST_BYTES:
        raise NotACalendar
    command = [sys.executable, "-I", str(PROGRAM), zone, first.isoformat(), last.isoformat()]
    try:
        done = subprocess.run(command, input=feed, capture_output=True, timeout=SECONDS, check=True, env={})
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as trouble:
        raise NotACalendar from trouble
    return [
        Holiday(date.fromisoformat(day), name.replace("\0", ""), starts, ends)
        for day, name, starts, ends in json.loads(done.stdout)
    ]
