"""Times as people write them, and clocks that go back."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.imports.times import TimeReader, in_line

START = datetime(2026, 1, 5, tzinfo=UTC)


def at(*minutes: int) -> list[datetime]:
    """Instants so many minutes after the start."""
    return [START + timedelta(minutes=each) for each in minutes]


@pytest.mark.parametrize(
    ("text", "form", "zone", "expected"),
    [
        ("29/2/2016 01:16", "%d/%m/%Y %H:%M", "UTC", "2016-02-29T01:16"),
        ("2026-07-01T12:00:00", "iso", "Europe/Berlin", "2026-07-01T10:00"),
        ("2026-07-01T12:00:00+05:30", "iso", "Europe/Berlin", "2026-07-01T06:30"),
        ("2026-07-01 12:00:00Z", "iso", "Europe/Berlin", "2026-07-01T12:00"),
        ("1782900000", "epoch", "Europe/Berlin", "2026-07-01T10:00"),
        ("1782900000000", "epoch_ms", "UTC", "2026-07-01T10:00"),
        ("Jul 1, 2026 3:05 PM", "%b %d, %Y %I:%M %p", "UTC", "2026-07-01T15:05"),
        ("2026-10-25 02:30:00", "iso", "Europe/Berlin", "2026-10-25T00:30"),
        ("2026-03-29 02:30:00", "iso", "Europe/Berlin", "2026-03-29T01:30"),
    ],
)
def test_a_time_is_read(text: str, form: str, zone: str, expected: str) -> None:
    assert TimeReader([form], ZoneInfo(zone)).read(text) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["30/2/2016 01:16", "soon", "12/13/2016 01:16", "1/1/2016", "1/1/2016 25:00", "٣/1/2016 01:16", "1/1/1900 00:00"],
)
def test_what_is_no_time_is_none(text: str) -> None:
    assert TimeReader(["%d/%m/%Y %H:%M", "epoch"], ZoneInfo("UTC")).read(text) is None


def test_one_wrong_clock_far_ahead_does_not_drag_the_others_along() -> None:
    assert in_line(at(0, 10, 900, 20, 30)) == at(0, 10, 10, 20, 30)


def test_a_wrong_first_clock_moves_to_the_one_after_it() -> None:
    assert in_line(at(50, 0, 10)) == at(0, 0, 10)


@given(some.lists(some.integers(0, 50), max_size=20))
def test_after_in_line_nothing_goes_back_and_what_was_in_line_stays(minutes: list[int]) -> None:
    given_times = at(*minutes)
    line = in_line(given_times)
    assert line == sorted(line)
    assert len(line) == len(given_times)
    assert set(line) <= set(given_times)
    if given_times == sorted(given_times):
        assert line == given_times
