"""Laws that every metric keeps, on histories and questions by chance."""

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from polars.testing import assert_frame_equal

from analytics import catalogue, measure
from analytics.measure_dimensions import DIMENSIONS, NONE
from core import clock
from core.actor import ALL
from tests.depth import examples
from tests.lake import reference as lake_reference
from tests.lake.history import History
from tests.metrics import reference
from tests.metrics.questions import histories, instants, questions
from tests.metrics.reference import Asked, Cell, as_text, naive
from tests.metrics.reference_standing import HOURLY
from tests.metrics.shelf import shelf

many = settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.too_slow])
some = settings(many, max_examples=examples(8))


def asking(asked: Asked) -> dict[str, Any]:
    """The question as arguments."""
    return {
        "since": aware(asked.since), "until": aware(asked.until), "as_of": aware(asked.as_of), "where": asked.where,
        "scope": asked.scope, "timezone": asked.timezone, "fiscal_start": reference.FISCAL_START,
    }  # fmt: skip


def numbers(lake: duckdb.DuckDBPyConnection, asked: Asked, **more: Any) -> pl.DataFrame:
    columns = list(catalogue.METRICS[asked.metric].columns)
    with clock.at(asked.now.replace(tzinfo=UTC)):
        return measure(columns, by=asked.by, grain=asked.grain, small="show", **asking(asked), **more, lake=lake)


def cells(frame: pl.DataFrame, asked: Asked) -> dict[Cell, dict[str, Any]]:
    """An answer by cell, as the reference has it."""
    by = [f"{name}_id" if DIMENSIONS[name].has_id else name for name in asked.by]
    columns = list(catalogue.METRICS[asked.metric].columns)
    return {
        (naive(row["period"]) if asked.grain else None, *(None if row[name] == NONE else row[name] for name in by)): {
            c: row[c] for c in columns
        }
        for row in frame.iter_rows(named=True)
    }


def aware(instant: datetime | None) -> datetime | None:
    return instant and instant.replace(tzinfo=UTC)


@many
@given(history=histories(), asked=questions())
def test_measure_says_what_plain_python_says(history: History, asked: Asked) -> None:
    lake = shelf(history.events)
    found = cells(numbers(lake, asked), asked)
    expected = reference.answer(history.events, asked)
    expected = {(cell[0], *map(as_text, cell[1:])): numbers for cell, numbers in expected.items()}
    nothing = reference.statistics(asked.metric, [])
    for cell in found.keys() | expected.keys():
        if cell not in expected and asked.metric in HOURLY:
            assert not any(found[cell].values()), cell
            continue
        assert found.get(cell, nothing) == pytest.approx(expected.get(cell, nothing)), cell


@some
@given(history=histories(), asked=questions(), as_of=instants)
def test_the_past_is_what_a_lake_of_that_time_would_say(history: History, asked: Asked, as_of: datetime) -> None:
    asked = replace(asked, as_of=naive(as_of), scope=ALL)
    then = shelf([event for event in history.events if event.occurred_at <= as_of])
    assert_frame_equal(numbers(shelf(history.events), asked), numbers(then, asked))


@some
@given(history=histories(), asked=questions(), as_of=instants)
def test_a_past_total_needs_no_lake_of_that_time(history: History, asked: Asked, as_of: datetime) -> None:
    now = replace(asked, as_of=None, grain=None, until=None, scope=ALL, now=naive(as_of))
    then = shelf([event for event in history.events if event.occurred_at <= as_of])
    assert_frame_equal(numbers(then, now), numbers(shelf(history.events), replace(now, as_of=naive(as_of))))


@some
@given(history=histories(), asked=questions())
def test_who_may_not_see_a_ticket_gets_the_numbers_of_a_world_without_it(history: History, asked: Asked) -> None:
    today = lake_reference.tables(history.events).ticket
    hidden = {row["ticket_id"] for row in today if not asked.scope.covers(SimpleNamespace(**row))}
    rest = shelf([event for event in history.events if event.ticket_id not in hidden])
    assert_frame_equal(numbers(shelf(history.events), asked), numbers(rest, replace(asked, scope=ALL)))


@some
@given(history=histories(), asked=questions())
def test_net_flow_is_exactly_the_change_of_the_backlog(history: History, asked: Asked) -> None:
    lake = shelf(history.events)
    since = asked.since or datetime(2026, 1, 5)  # noqa: DTZ001 — naive UTC
    asked = replace(asked, since=since, until=max(asked.until or since, since), grain=None, by=())
    before, after = (
        numbers(lake, replace(asked, metric="backlog", since=None, until=edge)).item() for edge in (since, asked.until)
    )
    assert numbers(lake, replace(asked, metric="net_flow")).item() == after - before


@some
@given(history=histories(), asked=questions())
def test_a_series_of_levels_is_the_level_at_the_end_of_each_period(history: History, asked: Asked) -> None:
    lake = shelf(history.events)
    asked = replace(asked, metric="queue_depth", grain=asked.grain or "week", by=())
    for period in list(numbers(lake, asked).iter_rows(named=True))[:6]:
        end = min(reference.following(naive(period["period"]), asked), asked.until or datetime.max)  # noqa: DTZ901
        assert numbers(lake, replace(asked, grain=None, until=end)).item() == period["queue_depth"]


@some
@given(history=histories(), asked=questions())
def test_periods_of_additive_metrics_add_up_to_the_total(history: History, asked: Asked) -> None:
    lake = shelf(history.events)
    metric = asked.metric if catalogue.METRICS[asked.metric].aggregation == "additive" else "solve_events"
    asked = replace(asked, metric=metric, grain=asked.grain or "month", by=())
    total = numbers(lake, replace(asked, grain=None))[metric].item()
    assert numbers(lake, asked)[metric].sum() == pytest.approx(total)
