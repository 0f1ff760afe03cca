"""Whose work it is: the same deeds, by who did them, who owned the ticket, or all who had it for a time."""

from typing import Any

import duckdb
import pytest

from analytics import catalogue, measure, tickets
from core import clock
from core.errors import Invalid
from tests.lake.history import History
from tests.metrics.questions import utc
from tests.metrics.shelf import shelf


@pytest.fixture(scope="module")
def lake() -> duckdb.DuckDBPyConnection:
    """Ana owns a ticket for three hours and Bo for one; Bo answers and solves Ana's, and it comes back."""
    history = History()
    life = history.ticket("mon 9:00").assign("mon 9:00", "Ana").reply("mon 10:00", "Bo")
    life.customer("mon 10:30").reply("mon 11:30", "Bo").assign("mon 12:00", "Bo", before="Ana")
    life.assign("mon 13:00", "Ana", before="Bo").state("mon 13:00", "SOLVED", by="Bo").state("tue 9:00", "OPEN")
    return shelf(history.events)


def by_agent(lake: duckdb.DuckDBPyConnection, column: str, attribution: str | None) -> dict[str, Any]:
    with clock.at(utc("2026-12-01T00:00")):
        found = measure(column, by="agent", attribution=attribution, small="show", lake=lake)
        metric = catalogue.find(column).name
        for agent in found["agent"]:
            behind = tickets(metric, where={"agent": agent}, attribution=attribution, lake=lake)
            assert set(behind["agent"]) == {agent}
    return dict(found.select("agent", column).iter_rows())


@pytest.mark.parametrize(
    ("column", "attribution", "expected"),
    [
        ("solve_events", None, {"Ana": 1}),
        ("solve_events", "owner", {"Ana": 1}),
        ("solve_events", "actor", {"Bo": 1}),
        ("solve_events", "pro_rata", {"Ana": 0.75, "Bo": 0.25}),
        ("public_replies", None, {"Bo": 2}),
        ("public_replies", "owner", {"Ana": 2}),
        ("first_reply_time_mean", "actor", {"Bo": 3600}),
        ("first_reply_time_mean", "owner", {"Ana": 3600}),
        ("next_reply_time_mean", "owner", {"Ana": 3600}),
        ("reopen_rate_reopened", "actor", {"Bo": 1}),
        ("reopen_rate_reopened", "owner", {"Ana": 1}),
    ],
)
def test_the_same_deeds_are_somebody_elses(
    lake: duckdb.DuckDBPyConnection, column: str, attribution: str | None, expected: dict[str, Any]
) -> None:
    assert by_agent(lake, column, attribution) == expected


def test_touches_go_to_whoever_owned_the_ticket(lake: duckdb.DuckDBPyConnection) -> None:
    assert by_agent(lake, "tickets_touched_touches", "owner").keys() == {"Ana", "Bo"}


@pytest.mark.parametrize("metric", [name for name, metric in catalogue.METRICS.items() if metric.attributions])
def test_a_total_is_the_same_whoever_it_belongs_to(lake: duckdb.DuckDBPyConnection, metric: str) -> None:
    attributions = catalogue.METRICS[metric].attributions
    with clock.at(utc("2026-12-01T00:00")):
        totals = [measure(metric, attribution=one, small="show", lake=lake).row(0) for one in attributions]
    assert [total == totals[0] for total in totals] == [True] * len(attributions)


def test_what_has_no_such_attribution_is_refused(lake: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(Invalid, match="only to actor, owner"):
        measure("public_replies", attribution="pro_rata", lake=lake)
    with pytest.raises(Invalid, match="nobody's work"):
        measure(["solve_events", "backlog"], attribution="owner", lake=lake)
    with pytest.raises(Invalid, match="actor, owner, pro_rata"):
        measure("solve_events", attribution="luck", lake=lake)
