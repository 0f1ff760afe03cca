"""Dates as people write them."""

from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.numbers.dates import instant
from core.errors import Invalid

NOW = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("2026", "2026-01-01T00:00+01:00"), ("2026-03", "2026-03-01T00:00+01:00"),
        ("2026-Q2", "2026-04-01T00:00+02:00"), ("1y", "2025-04-01T00:00+02:00"),
        ("2026-W01", "2025-12-29T00:00+01:00"), ("2026-03-29", "2026-03-29T00:00+01:00"),
        ("2026-03-29T09:30", "2026-03-29T09:30+02:00"), ("2026-03-29 09:30", "2026-03-29T09:30+02:00"),
        ("2026-03-29T09:30Z", "2026-03-29T09:30+00:00"), ("2026-03-29T09:30 05:00", "2026-03-29T09:30+05:00"),
        ("today", "2026-04-01T00:00+02:00"), ("yesterday", "2026-03-31T00:00+02:00"), ("7d", "2026-03-25T00:00+01:00"),
        ("2w", "2026-03-18T00:00+01:00"), ("1m", "2026-03-01T00:00+01:00"),
        ("24h", "2026-03-30T22:30+00:00"), (" now ", "2026-03-31T22:30+00:00"),
    ],
)  # fmt: skip
def test_a_date_means(text: str, meaning: str) -> None:
    assert instant(text, BERLIN, NOW) == datetime.fromisoformat(meaning)


def test_a_month_before_the_31st_ends_on_its_last_day() -> None:
    assert instant("1m", ZoneInfo("UTC"), NOW) == datetime(2026, 2, 28, tzinfo=UTC)


@given(text=st.text() | st.from_regex(r"\d{4}-\d\d(-\d\d)?(T\d\d:\d\d)?", fullmatch=True))
def test_whatever_is_written_is_a_date_or_refused(text: str) -> None:
    with suppress(Invalid):
        assert instant(text, BERLIN, NOW).tzinfo is not None
