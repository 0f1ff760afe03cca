"""A law: the rows that a number opens to say the number, every statistic of it, whatever was asked.

CLEARQUEUE_TEST_DEPTH=70 opens a thousand cells by chance, of one company's half year.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from analytics import catalogue, explain, measure, tickets
from analytics.drill import drill
from analytics.drill_pages import drill_pages
from analytics.measure_answer import asking_of, reading
from analytics.measure_share import shares
from analytics.metric import Statistic
from core import clock
from tests.depth import examples
from tests.lake.generated import AGENTS, STATES, take
from tests.lake.history import History
from tests.metrics import reference
from tests.metrics.questions import INSTANTS, questions
from tests.metrics.reference import Asked
from tests.metrics.reference_standing import HOURLY
from tests.metrics.shelf import shelf
from tests.metrics.test_business import ALWAYS, calendar, queue
from tests.metrics.test_laws import asking, aware, cells, numbers

TICKETS, STEPS = 40, 14
USUAL = ("OPEN", "PENDING", "SOLVED", "OPEN", "SOLVED", "HOLD")


@pytest.fixture(scope="module")
def company() -> Iterator[duckdb.DuckDBPyConnection]:
    """A lake with so many lives that most questions find something."""
    chance, history = Random(20260105), History()
    for _ in range(TICKETS):
        opened = _instant(chance)
        life = history.ticket(
            opened, queue=chance.choice(["Billing", "Technical"]), organisation=chance.choice([None, "Acme"]),
            priority=chance.randint(1, 4), agent=chance.choice(AGENTS), by=chance.choice(["Cleo", "Cleo", "Ana"]),
            history_complete=chance.random() < 0.9,
        )  # fmt: skip
        for _ in range(chance.randint(2, STEPS)):
            opened += timedelta(
                minutes=chance.choice([0, 1, 9, 50, 500, 5000, 20000]), microseconds=chance.choice([0, 7])
            )
            take(life, opened, *_step(chance))
    with shelf([calendar("always", ALWAYS), queue("Technical", "always"), *history.events]) as lake:
        yield lake


def _instant(chance: Random) -> datetime:
    return chance.choice(INSTANTS) + timedelta(hours=chance.choice([0, 0, 1, 30, 700]))


def _step(chance: Random) -> tuple[str, object]:
    due = chance.choice([None, -20, 0, 3, 20])
    given: dict[str, object] = {
        "state": chance.choice([(name, name) for name in USUAL] * 4 + STATES),
        "assign": chance.choice(AGENTS),
        "move": chance.choice(["Billing", "Technical"]),
        "message": (chance.choice(["Ana", "Bo", "Cleo", "Cleo", "Robot"]), "public", False),
        "rate": chance.randint(1, 5),
        "clock": (
            chance.choice(["first_reply", "resolution"]),
            chance.choice(["running", "fulfilled", "paused", "cancelled"]),
            due,
            chance.random() < 0.3,
        ),
    }
    name = chance.choice(["state", "state", "state", "message", "message", "assign", "move", "rate", "clock", "clock"])
    return name, given[name]


@settings(max_examples=examples(15), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=questions(), place=st.integers(0, 10**6), is_business=st.booleans())
def test_the_rows_behind_any_cell_say_its_numbers(
    company: duckdb.DuckDBPyConnection, asked: Asked, place: int, *, is_business: bool
) -> None:
    """The company's hours are all hours, so that a duration is as long by them as by the clock on the wall."""
    basis = {"basis": "business"} if is_business and len(catalogue.METRICS[asked.metric].bases) > 1 else {}
    found = cells(numbers(company, asked, **basis), asked)
    full = [cell for cell, said in found.items() if any(said.values())] or list(found)
    if not full:
        return
    period, *values = full[place % len(full)]
    where = {**asked.where, **dict(zip(asked.by, ([value] for value in values), strict=True))}
    opened = {**asking(asked), "where": where, "grain": asked.grain, "period": aware(period), **basis}
    with clock.at(asked.now.replace(tzinfo=UTC)):
        behind = tickets(catalogue.METRICS[asked.metric], **opened, lake=company)
    said = reference.statistics(asked.metric, [told(row) for row in behind.iter_rows(named=True)])
    numbers_of_it = found[period, *values]
    if asked.metric in HOURLY:  # the hours stand beside the rows
        said = {f"{asked.metric}_{HOURLY[asked.metric]}": said[asked.metric], asked.metric: numbers_of_it[asked.metric]}
    assert numbers_of_it == pytest.approx(said)


@settings(max_examples=examples(8), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=questions(), place=st.integers(0, 10**6))
@example(Asked("repeat_contact_rate"), 0)
@example(Asked("repeat_contact_rate"), -1)
def test_what_each_ticket_adds_sums_to_the_number(company: duckdb.DuckDBPyConnection, asked: Asked, place: int) -> None:
    asked = replace(asked, by=(), grain=None)
    columns = list(catalogue.METRICS[asked.metric].columns)
    column = columns[place % len(columns)]
    (said,) = cells(numbers(company, asked), asked).values()
    with clock.at(asked.now.replace(tzinfo=UTC)):
        behind = tickets(catalogue.METRICS[asked.metric], **asking(asked), lake=company)
        found = [explain(one, column, **asking(asked), lake=company) for one in behind["ticket_id"].unique().sort()[:3]]
        shared = [shares_of(company, asked, one.of) for one in found[:1]]
    for one in found:
        assert one.value == pytest.approx(said[one.of] or 0)
        assert len(one.reasons) == len(behind.filter(ticket_id=one.ticket_id))
        alone = reference.statistics(asked.metric, [told(reason.row) for reason in one.reasons])
        is_of_people = one.of.startswith("repeat_contact_rate")  # who has several tickets is divided among them
        if catalogue.statistic(one.of)[1].is_zero_of_nothing and one.of in alone and not is_of_people:
            assert one.share == pytest.approx(alone[one.of])
    for every in shared:
        assert set(every["ticket_id"]) == set(behind["ticket_id"])
        assert every["share"].sum() == pytest.approx(said[found[0].of] or 0)


PARTS = {
    column: of
    for column, (of, suffix) in catalogue.COLUMNS.items()
    if isinstance(one := of.statistics[suffix], Statistic) and (one.holds or one.different)
}


@settings(max_examples=examples(3), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(column=st.sampled_from(sorted(PARTS)))
@example("sla_breaches_born")
@example("ticket_sla_attainment_kept")
@example("tickets_touched")
@example("reopen_rate")
def test_a_number_of_some_rows_opens_to_these_alone(company: duckdb.DuckDBPyConnection, column: str) -> None:
    asked: dict[str, Any] = {"where": {"queue": "Billing"}, "lake": company}
    n = catalogue.METRICS[column].n if column == "reopen_rate" else column
    assert drill(column, limit=1, **asked).total == measure(n or column, **asked).item()


def shares_of(lake: duckdb.DuckDBPyConnection, asked: Asked, column: str) -> pl.DataFrame:
    metric = catalogue.METRICS[asked.metric]
    with reading(lake) as cursor:
        return shares(asking_of([metric], lake, cursor, **asking(asked)), metric, column)


def told(row: dict[str, Any]) -> dict[str, Any]:
    """A row as the reference has it."""
    if "age_seconds" in row:
        return row | {"reply": row["reply_seconds"], "age": timedelta(seconds=row["age_seconds"])}
    if "is_third" in row:
        flags = {"is_third": "third_party", "is_theirs": "customer", "is_owned": "owned", "is_nobodys": "unassigned"}
        return row | {"court": next(court for flag, court in flags.items() if row[flag])}
    if row.get("started_at") and row.get("stopped_at"):
        return row | {"wall_seconds": (row["stopped_at"] - row["started_at"]) // timedelta(seconds=1)}
    return row


def test_rows_come_in_pages_as_they_come_at_once(company: duckdb.DuckDBPyConnection) -> None:
    asked: dict[str, Any] = {"where": {"queue": "Billing"}, "timezone": "Europe/Berlin", "lake": company}
    whole = tickets("status_time", **asked)
    with drill_pages("status_time", page_rows=7, **asked) as found:
        assert found.total == len(whole) > 14
        pages = list(found.pages)
    assert [len(page) for page in pages[:-1]] == [7] * (len(pages) - 1)
    assert pl.concat(pages).equals(whole)
    with drill_pages("status_time", limit=3, offset=2, **asked) as found:
        assert pl.concat(found.pages).equals(whole[2:5])
    with drill_pages("tickets_created", where={"agent": None, "category": "SPAM"}, lake=company) as nothing:
        assert [len(page) for page in nothing.pages] == [0]
