"""A law: what an analysis says in a table opens to as many rows, or hours, as it says; for everyone what they see."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import duckdb
import polars as pl
import pytest

from analytics.analyses import ANALYSES
from analytics.inquiries import INQUIRIES, Column, Found, Inquiry, Wanted
from analytics.metric import Unit
from core import clock
from core.actor import ALL, Scope
from core.errors import Invalid
from core.events import DenominatorRecorded
from tests.depth import DEPTH
from tests.lake.generated import AGENTS, START, STATES, take
from tests.lake.history import History, house, uid
from tests.metrics.shelf import shelf
from tests.metrics.test_attendance import DAYS
from tests.world import at

NOW = START + timedelta(days=12)
BILLING = Scope(queue_ids=frozenset({uid("Billing")}), internal=True)
WEEK = Wanted(since=START, until=START + timedelta(days=9), timezone="Europe/Berlin")
CHOSEN: Mapping[str, dict[str, str]] = {
    "contacts": {"grain": "day"},
    "attendance": {"grain": "day"},
    "peak": {"of": "backlog", "above": "3"},
    "restatement": {"by": "queue", "grain": "day", "published_at": (START + timedelta(days=5)).isoformat()},
}
FEW = 3 * DEPTH


@pytest.fixture(scope="module")
def lake() -> Iterator[duckdb.DuckDBPyConnection]:
    """Forty lives, of which one event in five was entered hours late."""
    chance, history = Random(7), History()
    for n in range(40):
        when = START + timedelta(hours=chance.randint(0, 96))
        life = history.ticket(
            when, queue=chance.choice(["Billing", "Technical"]), organisation=chance.choice([None, "Acme", "Globex"]),
            agent=chance.choice(AGENTS), history_complete=n % 9 > 0,
        )  # fmt: skip
        for _ in range(chance.randint(1, 8)):
            when += timedelta(minutes=chance.choice([1, 50, 500]))
            step = chance.choice(["state", "state", "assign", "move"])
            given = {
                "state": chance.choice(STATES),
                "assign": chance.choice(AGENTS),
                "move": chance.choice(["Billing", "Technical"]),
            }
            take(life, when, step, given[step])
    history.ticket(START, organisation="Globex").rate(START + timedelta(days=1), 1)
    told = house(START - timedelta(days=30), DenominatorRecorded(name="active_customers", count=50))
    late = [replace(one, recorded_at=one.occurred_at + timedelta(hours=60)) if n % 5 == 0 else one
            for n, one in enumerate(history.events)]  # fmt: skip
    with clock.at(NOW), shelf([told, *DAYS, *late]) as made:
        yield made


def asked(inquiry: Inquiry, wanted: Wanted) -> Wanted:
    return replace(wanted, chosen=CHOSEN.get(inquiry.name, {}))


def keyed(inquiry: Inquiry, row: Mapping[str, Any]) -> dict[str, str]:
    """How a row is named in an address."""
    given = {key: row[key] for key in inquiry.key if row.get(key) is not None}
    return {key: value.isoformat() if isinstance(value, datetime) else str(value) for key, value in given.items()}


def opened(inquiry: Inquiry, wanted: Wanted, column: Column, row: dict[str, str], lake: Any) -> float:
    """What the rows behind a number say."""
    page = inquiry.opened(wanted, column.name, row, lake).page(None)
    assert page.total == len(page.frame)
    return float(page.frame["hours"].sum()) if column.unit is Unit.HOURS else page.total


def said(inquiry: Inquiry, found: Found) -> list[tuple[Column, dict[str, str], float]]:
    """Every number that opens: which, of which row (the whole: none), and what it says."""
    whole: list[tuple[Column, dict[str, str], Any]] = [
        (one, {}, found.sums[one.name]) for one in inquiry.sums if one.opens and one.name in found.sums
    ]
    rows = [
        (one, keyed(inquiry, row), row[one.name])
        for row in found.frame.iter_rows(named=True) for one in found.columns if one.opens
    ]  # fmt: skip
    return [(column, row, float(value)) for column, row, value in [*whole, *rows] if value]


@pytest.mark.parametrize("name", INQUIRIES)
@pytest.mark.parametrize("scope", [ALL, BILLING], ids=["all", "billing"])
def test_every_number_opens_to_what_it_counts(name: str, scope: Scope, lake: duckdb.DuckDBPyConnection) -> None:
    inquiry = INQUIRIES[name]
    wanted = asked(inquiry, replace(WEEK, scope=scope))
    told = said(inquiry, inquiry.found(wanted, lake))
    assert told
    few = told[: 1 if scope is BILLING else 3] + Random(3).sample(told, min(FEW, len(told)))
    missed = [
        (column.name, row, value, behind)
        for column, row, value in few
        if (behind := opened(inquiry, wanted, column, row, lake)) != pytest.approx(value)
    ]
    assert missed == []


@pytest.mark.parametrize(("name", "part"), [("attendance", "online_hours"), ("lateness", "late"), ("peak", "peak")])
def test_a_file_has_the_rows_that_pages_have(name: str, part: str, lake: duckdb.DuckDBPyConnection) -> None:
    rows = INQUIRIES[name].opened(asked(INQUIRIES[name], WEEK), part, {}, lake)
    page = rows.page(None)
    with rows.pages() as found:
        assert (found.total, pl.concat(found.pages).rows()) == (page.total, page.frame.rows())
    assert rows.page(2, 1).frame.rows() == page.frame.slice(1, 2).rows()
    assert set(rows.words) & set(page.frame.columns)


def test_every_analysis_that_says_a_table_stands_in_the_catalogue() -> None:
    known = {one.path.rpartition("/")[2] for one in ANALYSES}
    assert set(INQUIRIES) <= known
    for inquiry in INQUIRIES.values():
        assert {one.name for one in inquiry.sums if one.opens} <= set(inquiry.parts)


def test_hours_and_load_of_others_are_nobody_elses(lake: duckdb.DuckDBPyConnection) -> None:
    wanted = replace(WEEK, people=frozenset({uid("Bo")}))
    spans = INQUIRIES["attendance"].opened(wanted, "online_hours", {}, lake).page(None).frame
    assert set(spans["agent"]) == {"Bo"}
    whose = {
        name: INQUIRIES["fairness"].opened(wanted, "taken", {"agent_id": str(uid(name))}, lake)
        for name in ("Ana", "Bo")
    }
    assert [bool(rows.page(None).total) for rows in whose.values()] == [False, True]


def test_a_span_is_cut_where_its_day_ends(lake: duckdb.DuckDBPyConnection) -> None:
    night = replace(WEEK, since=at("mon 0:00"), timezone="UTC", people={uid("Bo")}, chosen={"grain": "day"})
    rows = INQUIRIES["attendance"].opened(night, "online_hours", {"period": "2026-01-05T00:00+00:00"}, lake).page(None)
    assert rows.frame.select("agent", "hours").rows() == [("Bo", 2.0)]


@pytest.mark.parametrize(
    ("name", "chosen", "part", "words"),
    [
        ("peak", {"of": "csat"}, "peak", "There is no what stood"),
        ("peak", {"above": "many"}, "hours_above", "no whole number"),
        ("lateness", {}, "kind", "opens to nothing"),
        ("concentration", {}, "tickets", "Say whose"),
        ("restatement", {"published_at": "soon"}, "cells", "no instant"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_with_what_can(
    name: str, chosen: dict[str, str], part: str, words: str, lake: duckdb.DuckDBPyConnection
) -> None:
    with pytest.raises(Invalid, match=words):
        INQUIRIES[name].opened(replace(WEEK, chosen=chosen), part, {}, lake).page(1)
