"""Times as people read them."""

from datetime import UTC, datetime, timedelta

import pytest

from app.web.times import ago, machine, minute, span, stamp, zone

NOW = datetime(2026, 11, 4, 9, 42, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(seconds=5), "just now"),
        (timedelta(minutes=4, seconds=59), "4 min ago"),
        (timedelta(hours=3), "3 h ago"),
        (timedelta(days=6), "6 d ago"),
        (timedelta(days=8), "27 Oct"),
        (timedelta(days=400), "30 Sep 2025"),
        (timedelta(minutes=-10), "in 10 min"),
    ],
)
def test_how_long_ago_is_told_in_one_unit(before: timedelta, words: str) -> None:
    assert ago(NOW - before, NOW) == words


def test_the_exact_time_is_in_the_readers_zone() -> None:
    assert stamp(NOW, zone("Europe/Berlin")) == "Wed 4 Nov 2026, 10:42:07 CET"


def test_an_unknown_zone_shows_utc() -> None:
    assert stamp(NOW, zone("Mars/Olympus")).endswith("UTC")


def test_programs_get_utc_with_a_z() -> None:
    assert machine(NOW.astimezone(zone("Asia/Tokyo"))) == "2026-11-04T09:42:07Z"


def test_a_span_is_rounded_down() -> None:
    assert [span(59), span(61), span(7_199), span(90_000)] == ["59 s", "1 min", "1 h", "1 d"]


def test_what_is_promised_is_told_to_the_minute_unless_it_is_less_than_one_away() -> None:
    reader = zone("Europe/Berlin")
    assert minute(NOW, reader, NOW - timedelta(hours=2)) == "Wed 4 Nov 2026, 10:42 CET"
    assert minute(NOW, reader, NOW - timedelta(seconds=59)) == "Wed 4 Nov 2026, 10:42:07 CET"
