"""Who works when, as people write it: "mon-fri 09:00-17:00 = 4; sat 10:00-14:00 = 2"."""

import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from core.errors import Invalid

SLOT_MINUTES = 15
SLOTS_A_DAY = 24 * 60 // SLOT_MINUTES
SLOTS_A_WEEK = 7 * SLOTS_A_DAY
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_PEOPLE = 1_000
_SHIFT = re.compile(
    r"(?P<first>[a-z]{3})(?:\s*-\s*(?P<last>[a-z]{3}))?\s+(?P<start>\d\d?:\d\d)\s*-\s*(?P<stop>\d\d?:\d\d)\s*=\s*(?P<n>\d+)"
)


def week_of(text: str) -> NDArray[np.int64]:
    """The number of agents in each quarter of an hour of the week, from Monday 0:00 on. Shifts that overlap add up."""
    week = np.zeros(SLOTS_A_WEEK, dtype=np.int64)
    for part in filter(None, (part.strip() for part in text.lower().split(";"))):
        found = _SHIFT.fullmatch(part)
        if not found or not {found["first"], found["last"] or found["first"]} <= {*DAYS}:
            raise Invalid(f"{part!r} is no shift; write mon-fri 09:00-17:00 = 4, several with ; between.", shift=part)
        start, stop = _slot(found["start"], part), _slot(found["stop"], part)
        for day in _days(found["first"], found["last"] or found["first"]):
            for slot in range(start, stop if stop > start else stop + SLOTS_A_DAY):
                week[(day * SLOTS_A_DAY + slot) % SLOTS_A_WEEK] += int(found["n"])
    if not week.any() or week.max() > MOST_PEOPLE:
        raise Invalid(f"A week has from 1 to {MOST_PEOPLE:,} agents at work at some time.")
    return week


def _days(first: str, last: str) -> Iterator[int]:
    start, stop = DAYS.index(first), DAYS.index(last)
    return (day % 7 for day in range(start, (stop if stop >= start else stop + 7) + 1))


def _slot(time: str, part: str) -> int:
    hour, minute = map(int, time.split(":"))
    if not (0 <= 60 * hour + minute <= 24 * 60 and minute < 60) or minute % SLOT_MINUTES:
        raise Invalid(f"{part!r}: shifts begin and end on a quarter of an hour, from 0:00 to 24:00.", shift=part)
    return (60 * hour + minute) // SLOT_MINUTES
