"""Business time in the lake: the numbers of Python, streamed or rebuilt."""

from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from random import Random

import duckdb
import pyarrow as pa
import pytest

from analytics import business_time, models
from analytics.lake import open_reader
from app.sla.calendar import business_micros
from core.actor import SYSTEM
from core.calendar import Calendar
from core.calendar.local import EPOCH
from core.events import CalendarDefined
from core.ids import new_id
from core.ledger import Envelope, wrap
from core.settings import Settings
from etl.laws.lake import calendars_are_laid_out
from etl.sinks.lake import LakeSink
from tests.depth import examples
from tests.lake.conftest import contents, tell
from tests.lake.history import History, overnight
from tests.sla.generated import DAYS, ZONES, calendar
from tests.sla.week import local, office

MICROSECOND = timedelta(microseconds=1)


@pytest.fixture
def duck() -> duckdb.DuckDBPyConnection:
    """Tables as the lake has them, empty."""
    opened = duckdb.connect(":memory:")
    opened.execute(models.text("tables"))
    return opened


def defined(made: Calendar, version: int = 1) -> CalendarDefined:
    return CalendarDefined(
        calendar_id=new_id(), version=version, name="C", effective_from=local("2026-01-01 00:00"), definition=made
    )


def counted(
    duck: duckdb.DuckDBPyConnection, rows: list[tuple[CalendarDefined, datetime, datetime]]
) -> list[int | None]:
    """What the lake makes of spans, row by row."""
    table = pa.table(
        {
            "n": pa.array(range(len(rows))),
            "calendar_id": pa.array([str(event.calendar_id) for event, _, _ in rows]),
            "calendar_version": pa.array([event.version for event, _, _ in rows]),
            "since": pa.array([(start - EPOCH) // MICROSECOND for _, start, _ in rows]).cast(pa.timestamp("us")),
            "until": pa.array([(end - EPOCH) // MICROSECOND for _, _, end in rows]).cast(pa.timestamp("us")),
        }
    )
    duck.register("spans", table)
    query = "select * replace (calendar_id::uuid as calendar_id) from spans"
    timed = business_time.with_business_micros(query, "since", "until")
    found = duck.execute(f"select business_micros from ({timed}) order by n")
    return [value for (value,) in found.fetchall()]


def test_random_spans_of_random_calendars_are_as_in_python(
    duck: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(business_time, "FIRST_YEAR", 2011)
    monkeypatch.setattr(business_time, "LAST_YEAR", 2026)
    dice = Random(20260302)
    rows = []
    for zone, firsts in ZONES.items():
        for first in firsts:
            event = defined(calendar(dice, zone, first))
            business_time.lay_out(duck, [event])
            start = datetime(first.year, first.month, first.day, tzinfo=UTC)
            inside = DAYS * 86_400_000_000
            rows += [
                (event, start + dice.randrange(inside) * MICROSECOND, start + dice.randrange(inside) * MICROSECOND)
                for _ in range(examples(300))
            ]
    assert counted(duck, rows) == [business_micros(event.definition, start, end) for event, start, end in rows]


def test_edges_and_versions_are_told_apart(duck: duckdb.DuckDBPyConnection) -> None:
    event = defined(office())
    other = event.model_copy(update={"version": 2, "definition": Calendar.always_open("Europe/Berlin")})
    business_time.lay_out(duck, [event, other])
    noon, one = local("2026-03-02 12:00"), local("2026-03-02 13:00")
    assert counted(duck, [(event, noon, one), (other, noon, one)]) == [0, 3_600_000_000]


def test_what_the_lake_does_not_lay_out_is_null(duck: duckdb.DuckDBPyConnection) -> None:
    event = defined(Calendar.always_open())
    business_time.lay_out(duck, [event])
    now, late, early = (datetime(year, 6, 1, tzinfo=UTC) for year in (2026, 2051, 1999))
    assert counted(duck, [(event, now, late), (event, early, now), (defined(office()), now, now)]) == [None] * 3


def happened(*events: CalendarDefined) -> list[Envelope]:
    return [wrap(event, SYSTEM, source="test", occurred_at=local("2026-03-02 09:00")) for event in events]


def promised(*calendars: CalendarDefined) -> list[list[Envelope]]:
    """For each of these calendars a ticket with a clock that runs by it."""
    history, found = History(), list[list[Envelope]]()
    for one in calendars:
        known = len(history.events)
        history.ticket(local("2026-01-05 09:00")).happens(
            local("2026-01-05 16:15"), overnight(one.calendar_id), "Robot"
        )
        found.append(history.events[known:])
    return found


def test_a_rebuilt_lake_has_the_same_breakpoints_and_clocks_by_them(settings: Settings) -> None:
    """Whether a calendar comes in the batch of its clocks, before them, or after having been set aside."""
    at_once, always, late = defined(office()), defined(Calendar.always_open("Asia/Kathmandu")), defined(office())
    first, second = promised(at_once, late)
    with closing(LakeSink(settings)) as sink:
        sink.write(tell(settings, [*happened(at_once, always), *first]))
        aside, *rest = tell(settings, [*happened(late), *second])
        sink.write(rest)
        sink.write([aside])
        streamed = contents(settings)
        assert len(streamed["sla_risk"]) == 2
        sink.rebuild(lambda done, total: None)
        assert contents(settings) == streamed
    assert {row[1] for row in streamed["calendar_breakpoint"]} == {1}
    assert len(streamed["calendar_breakpoint"]) > 51 * 52 * 5 * 4
    assert calendars_are_laid_out(lambda: open_reader(settings)).wrong == 0


def test_a_breakpoint_stands_at_each_opening_and_closing(duck: duckdb.DuckDBPyConnection) -> None:
    business_time.lay_out(duck, [defined(office())])
    day = date(2026, 3, 30)
    found = duck.execute(
        "select strftime(edge_at, '%H:%M'), is_open from calendar_breakpoint where edge_at::date = ? order by 1", [day]
    ).fetchall()
    assert found == [("07:00", True), ("10:00", False), ("11:00", True), ("15:00", False)]
