"""Laws that every metric keeps, on histories and questions by chance."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings

from analytics import catalogue, measure, tickets
from core import clock
from tests.lake.history import History
from tests.metrics import reference
from tests.metrics.questions import histories, questions
from tests.metrics.reference import Asked, Cell, as_text, naive
from tests.metrics.shelf import shelf

some = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def asking(asked: Asked) -> dict[str, Any]:
    """The question as arguments."""
    return {
        "since": aware(asked.since), "until": aware(asked.until), "as_of": aware(asked.as_of), "where": asked.where,
        "scope": asked.scope, "timezone": asked.timezone,
    }  # fmt: skip


def numbers(lake: duckdb.DuckDBPyConnection, asked: Asked) -> pl.DataFrame:
    columns = list(catalogue.METRICS[asked.metric].columns)
    with clock.at(asked.now.replace(tzinfo=UTC)):
        return measure(columns, by=asked.by, grain=asked.grain, **asking(asked), lake=lake)


def cells(frame: pl.DataFrame, asked: Asked) -> dict[Cell, dict[str, Any]]:
    """An answer by cell, as the reference has it."""
    by = [name if name in ("category", "channel") else f"{name}_id" for name in asked.by]
    columns = list(catalogue.METRICS[asked.metric].columns)
    return {
        (naive(row["period"]) if asked.grain else None, *(row[name] for name in by)): {c: row[c] for c in columns}
        for row in frame.iter_rows(named=True)
    }


def aware(instant: datetime | None) -> datetime | None:
    return instant and instant.replace(tzinfo=UTC)


@some
@given(history=histories(), asked=questions())
def test_measure_says_what_plain_python_says(history: History, asked: Asked) -> None:
    lake = shelf(history.events)
    found = cells(numbers(lake, asked), asked)
    expected = reference.answer(history.events, asked)
    expected = {(cell[0], *map(as_text, cell[1:])): numbers for cell, numbers in expected.items()}
    nothing = reference.statistics(asked.metric, [])
    for cell in found.keys() | expected.keys():
        assert found.get(cell, nothing) == pytest.approx(expected.get(cell, nothing)), cell
