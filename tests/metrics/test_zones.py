"""Local time: grains in zones whose clocks do odd things."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import duckdb
import ibis
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import measure, zones
from analytics.fiscal import Fiscal, FiscalGrain
from analytics.measure_bound import compiled
from analytics.zones import Grain
from core import clock
from core.errors import Invalid
from tests.lake.history import History
from tests.metrics.questions import utc
from tests.metrics.shelf import shelf

ODD = (
    "UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Chatham",
    "America/Sao_Paulo", "Africa/Casablanca", "Pacific/Apia", "Asia/Kathmandu", "America/Havana",
)  # fmt: skip
instants = st.datetimes(datetime(2009, 1, 1), datetime(2029, 12, 31))  # noqa: DTZ001 — naive UTC


def hours_of(day: datetime, zone: str) -> int:
    offsets = zones.offsets(zone, day.year, day.year)
    number = zones.number_of(day, Grain.DAY, offsets)
    (span,) = zones.periods(Grain.DAY, offsets, number, number)
    first, last = (zones.number_of(t, Grain.HOUR, offsets) for t in (span.start, span.end - timedelta(microseconds=1)))
    return len(zones.periods(Grain.HOUR, offsets, first, last))


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [
        ("2026-03-29", "Europe/Berlin", 23), ("2026-10-25", "Europe/Berlin", 25), ("2026-06-01", "Europe/Berlin", 24),
        ("2026-03-08", "America/New_York", 23), ("2026-11-01", "America/New_York", 25),
        ("2018-11-04", "America/Sao_Paulo", 23), ("2026-10-25", "UTC", 24),
    ],
)  # fmt: skip
def test_the_days_on_which_clocks_change_have_23_and_25_hours(day: str, zone: str, hours: int) -> None:
    assert hours_of(datetime.fromisoformat(f"{day}T12:00"), zone) == hours


def test_a_day_begins_where_midnight_is_skipped() -> None:
    offsets = zones.offsets("America/Sao_Paulo", 2018, 2018)
    number = zones.number_of(datetime(2018, 11, 4, 12), Grain.DAY, offsets)  # noqa: DTZ001
    (span,) = zones.periods(Grain.DAY, offsets, number, number)
    assert span.start.replace(tzinfo=UTC).astimezone(ZoneInfo("America/Sao_Paulo")).hour == 1


def test_weeks_begin_on_monday_across_the_year() -> None:
    offsets = zones.offsets("Europe/Berlin", 2025, 2026)
    number = zones.number_of(datetime(2026, 1, 1), Grain.WEEK, offsets)  # noqa: DTZ001
    (span,) = zones.periods(Grain.WEEK, offsets, number, number)
    assert span.start == datetime(2025, 12, 28, 23)  # noqa: DTZ001


@pytest.mark.parametrize("zone", ODD)
@given(instant=instants, grain=st.sampled_from(Grain))
def test_every_instant_lies_in_the_period_of_its_number(zone: str, instant: datetime, grain: Grain) -> None:
    offsets = zones.offsets(zone, 2009, 2029)
    number = zones.number_of(instant, grain, offsets)
    (span,) = zones.periods(grain, offsets, number, number)
    assert span.start <= instant < span.end


@pytest.mark.parametrize("zone", ODD)
@pytest.mark.parametrize("grain", Grain)
def test_periods_follow_each_other_and_begin_where_the_calendar_turns(zone: str, grain: Grain) -> None:
    offsets = zones.offsets(zone, 2017, 2033)
    first = zones.number_of(datetime(2018, 1, 1, 12), grain, offsets)  # noqa: DTZ001
    spans = zones.periods(grain, offsets, first, first + (9000 if grain is Grain.HOUR else 13))
    assert all(before.end == after.start > before.start for before, after in pairwise(spans))
    assert all(local(span.start, zone) == turn(span.start, grain, zone) for span in spans)


def local(instant: datetime, zone: str) -> datetime:
    return instant.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def turn(instant: datetime, grain: Grain, zone: str) -> datetime:
    """The start of the period by the wall's calendar; where clocks jump into it, the first time that they show."""
    here, before = local(instant, zone), local(instant - timedelta(microseconds=1), zone)
    start = here.replace(minute=0, second=0, microsecond=0)
    start = start if grain is Grain.HOUR else start.replace(hour=0)
    start -= timedelta(days=start.weekday() if grain is Grain.WEEK else 0)
    start = start if grain in (Grain.HOUR, Grain.DAY, Grain.WEEK) else start.replace(day=1)
    start = start.replace(month=(start.month - 1) // 3 * 3 + 1) if grain is Grain.QUARTER else start
    start = start.replace(month=1) if grain is Grain.YEAR else start
    jumped = (here - before) != timedelta(microseconds=1)
    return here if (jumped and before < start <= here) or (jumped and grain is Grain.HOUR) else start


@pytest.mark.parametrize("zone", ODD)
@pytest.mark.parametrize("grain", Grain)
def test_the_lake_numbers_periods_as_python_does(zone: str, grain: Grain) -> None:
    offsets = zones.offsets(zone, 2009, 2029)
    edges = [o.start + timedelta(seconds=s) for o in offsets for s in (-1, 0, 1, 1800, 3600)]
    edges += [datetime(2009, 1, 1) + timedelta(days=37.3 * n) for n in range(200)]  # noqa: DTZ001
    table = ibis.table({"instant": "timestamp"}, name="edge")
    query = compiled(table.select(number=zones.number(table.instant, grain, offsets)))
    with duckdb.connect() as duck:
        duck.execute("create table edge (instant timestamp)")
        duck.executemany("insert into edge values (?)", [[edge] for edge in edges])
        found = [number for (number,) in duck.execute(query.sql).fetchall()]
    assert found == [zones.number_of(edge, grain, offsets) for edge in edges]


@pytest.mark.parametrize(
    ("grain", "start", "first", "second", "label"),
    [
        (FiscalGrain.YEAR, "04-06", "2025-04-06", "2026-04-06", "FY 2025/26"),
        (FiscalGrain.QUARTER, "04-06", "2026-01-06", "2026-04-06", "FY 2025/26 Q4"),
        (FiscalGrain.QUARTER, "02-01", "2026-02-01", "2026-05-01", "FY 2026/27 Q1"),
        (FiscalGrain.MONTH, "04-06", "2026-02-06", "2026-03-06", "FY 2025/26 month 11"),
        (FiscalGrain.WEEK, "04-06 sunday", "2026-02-15", "2026-02-22", "FY 2025/26 week of 2026-02-15"),
        (FiscalGrain.YEAR, "01-01", "2026-01-01", "2027-01-01", "FY 2026"),
    ],
)
def test_fiscal_periods_begin_with_the_books(
    grain: FiscalGrain, start: str, first: str, second: str, label: str
) -> None:
    fiscal, offsets = Fiscal.of(grain, start), zones.offsets("Europe/Berlin", 2025, 2027)
    number = zones.number_of(datetime(2026, 2, 20, 12), fiscal, offsets)  # noqa: DTZ001
    (span,) = zones.periods(fiscal, offsets, number, number)
    begins, ends = (local(edge, "Europe/Berlin") for edge in (span.start, span.end))
    assert [begins, ends] == [datetime.fromisoformat(first), datetime.fromisoformat(second)]
    assert fiscal.label(begins) == label


@pytest.mark.parametrize("metric", ["tickets_created", "ball_in_court"])
def test_a_year_that_began_by_other_clocks_begins_at_its_own_midnight(metric: str) -> None:
    """All that happened lies in one winter, the books of its year began in the summer before."""
    history = History()
    history.ticket("mon 9:00")
    asked = {"grain": "fiscal_year", "fiscal_start": "04-06", "timezone": "America/New_York"}
    with clock.at(utc("2026-02-01T00:00")), shelf(history.events) as lake:
        (begins,) = measure(metric, **asked, lake=lake)["period"]
    assert begins.isoformat() == "2025-04-06T00:00:00-04:00"


def test_a_fiscal_quarter_stands_beside_that_of_the_year_before() -> None:
    history = History()
    for day in ("2025-01-10", "2025-04-05", "2026-01-06", "2026-04-05", "2026-04-06"):
        history.ticket(utc(f"{day}T12:00"))
    with clock.at(utc("2026-12-01T00:00")):
        found = measure(
            "tickets_created", grain="fiscal_quarter", fiscal_start="04-06", compare="last_year",
            since=datetime(2026, 1, 6, tzinfo=UTC), until=datetime(2026, 7, 6, tzinfo=UTC), lake=shelf(history.events),
        )  # fmt: skip
    assert found.select("tickets_created", "tickets_created_before").rows() == [(2, 2), (1, 0)]


@pytest.mark.parametrize("start", ["13-01", "04-31", "02-29", "april", "04-01 someday"])
def test_a_year_that_cannot_begin_so_is_refused(start: str) -> None:
    with pytest.raises(Invalid, match="04-06 sunday"):
        Fiscal.of(FiscalGrain.YEAR, start)


def test_a_zone_that_does_not_exist_is_refused() -> None:
    with pytest.raises(Invalid, match="Europe/Berlin"):
        zones.zone_of("Mars/Olympus")


def test_hours_after_a_night_of_half_an_hour_lie_where_they_happened() -> None:
    history = History()
    history.ticket(utc("2026-04-20T10:10"))
    asked = {"grain": "hour", "timezone": "Australia/Lord_Howe", "since": utc("2026-01-05T00:00")}
    with clock.at(utc("2026-04-20T12:00")), shelf(history.events) as lake:
        hours = measure("tickets_created", **asked, lake=lake).filter(pl.col("tickets_created") == 1)
    assert [start.astimezone(UTC) for start in hours["period"]] == [utc("2026-04-20T09:30")]
