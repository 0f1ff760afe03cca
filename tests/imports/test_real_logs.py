"""Two real logs, compared with what plain Python makes of the same file."""

import csv
import gzip
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from itertools import groupby, pairwise, takewhile
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from analytics import measure
from analytics.lake import Lake, open_reader
from app.imports.log import import_log
from core.settings import Settings
from etl.rebuild import rebuild
from tests.etl.company import SINKS
from tests.imports.logs import Import
from tests.imports.test_import_log import assert_laws_hold

DATA = Path(__file__).parents[2].parent / "shared" / "data"
UCI = DATA / "uci_incident_log" / "incident_event_log_shared.csv.gz"
VOLVO = DATA / "bpi13_volvo" / "bpi_13_incidents.csv"

needs_uci = pytest.mark.skipif(not UCI.exists(), reason="the ServiceNow log is not on this machine")
needs_volvo = pytest.mark.skipif(not VOLVO.exists(), reason="the Volvo log is not on this machine")

Cases = dict[str, list[dict[str, str]]]


@pytest.fixture(scope="module")
def uci(
    fresh_database: Callable[[], AbstractContextManager[str]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Import]:
    """The whole ServiceNow log, imported once for this module."""
    with fresh_database() as url:
        settings = Settings(data_dir=tmp_path_factory.mktemp("uci"), database_url=url, secret_key="k" * 32)
        yield Import(import_log(settings, UCI, "servicenow"), settings)


@pytest.fixture(scope="module")
def cases() -> Cases:
    """The same log as plain dictionaries, rows of a case in the file's order (which is that of its update numbers)."""
    with gzip.open(UCI, "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {number: list(each) for number, each in groupby(rows, key=lambda row: row["number"])}


@pytest.fixture(scope="module")
def numbers(uci: Import) -> Iterator[Lake]:
    """The lake of the ServiceNow log."""
    yield from lake_of(uci)


def lake_of(made: Import) -> Iterator[Lake]:
    """What the platform makes of an import, to ask it."""
    rebuild(made.settings, SINKS, ["lake"], lambda *_: None, print)
    with open_reader(made.settings) as lake:
        yield lake


def said(lake: Lake, *metrics: str, **asked: Any) -> dict[Any, Any]:
    """Numbers by a dimension or by month; without either there is one row."""
    found = measure(list(metrics), lake=lake, **asked)
    if not asked:
        return found.row(0, named=True)
    key = "period" if "grain" in asked else str(asked["by"])
    return dict(found.select(key, *metrics).rows())


def read(text: str) -> datetime:
    """Day/month/year hour:minute."""
    return datetime.strptime(text, "%d/%m/%Y %H:%M")  # noqa: DTZ007


def closing_row(rows: list[dict[str, str]]) -> dict[str, str]:
    """The first row of those that stand closed at the end."""
    return list(takewhile(lambda row: row["incident_state"] == "Closed", reversed(rows)))[-1]


def is_done(row: dict[str, str]) -> bool:
    """Whether a row stands solved."""
    return row["incident_state"] in ("Resolved", "Closed")


@needs_uci
def test_servicenow_every_row_is_accounted_for(uci: Import, cases: Cases) -> None:
    tally = uci.reconciliation.tally
    assert tally.rows_read == sum(map(len, cases.values())) == 59_405
    assert tally.tickets == len(cases) == 10_269
    assert tally.balances
    assert not tally.refused
    noted = {"resolved_differs": 134, "closed_differs": 21, "unknown_state": 2, "time_goes_back": 1, "begins_late": 1}
    assert dict(tally.noted) == noted


@needs_uci
def test_servicenow_the_laws_hold(uci: Import) -> None:
    assert_laws_hold(uci.settings)


@needs_uci
def test_servicenow_created_per_month(uci: Import, cases: Cases) -> None:
    expected = Counter(f"{read(rows[0]['opened_at']):%Y-%m}" for rows in cases.values())
    found = uci.rows("select to_char(created_at, 'YYYY-MM'), count(*) from ticket group by 1")
    assert dict(found) == dict(expected)


@needs_uci
def test_servicenow_solves_and_reopens(uci: Import, cases: Cases) -> None:
    solved: Counter[str] = Counter()
    reopened: Counter[str] = Counter()
    for number, rows in cases.items():
        known = [row for row in rows if row["incident_state"] != "-100"]
        begins_done = is_done(known[0])
        solved[number] = begins_done + sum(is_done(after) and not is_done(before) for before, after in pairwise(known))
        reopened[number] = sum(is_done(before) and not is_done(after) for before, after in pairwise(known))
        assert reopened[number] == max(int(row["reopen_count"]) for row in rows)
    changes = uci.rows(
        "select substr(external_ref, 12), kind, payload ->> 'category', payload ->> 'before_category' from event"
        " join ticket on ticket.id = ticket_id where kind in ('ticket.created', 'ticket.status_changed')"
    )
    done = ("SOLVED", "CLOSED")
    found_solved = Counter(number for number, _, now, before in changes if now in done and before not in done)
    found_reopened = Counter(number for number, _, now, before in changes if before in done and now not in done)
    assert found_solved == +solved
    assert found_reopened == +reopened


@needs_uci
def test_servicenow_ends_when_and_how_its_last_rows_say(uci: Import, cases: Cases) -> None:
    found = uci.rows(
        "select substr(external_ref, 12), to_char(closed_at, 'YYYY-MM-DD HH24:MI') from ticket"
        " where category = 'CLOSED'"
    )
    closed = {number: read(closing_row(rows)["sys_updated_at"]) for number, rows in cases.items()}
    assert dict(found) == {number: f"{instant:%Y-%m-%d %H:%M}" for number, instant in closed.items()}
    differ = sum(instant != read(cases[number][-1]["closed_at"]) for number, instant in closed.items())
    assert uci.reconciliation.tally.noted["closed_differs"] == differ


@needs_uci
def test_servicenow_priorities_and_owners_at_the_end(uci: Import, cases: Cases) -> None:
    priorities = {"1 - Critical": 4, "2 - High": 3, "3 - Moderate": 2, "4 - Low": 1}
    expected = Counter(priorities[rows[-1]["priority"]] for rows in cases.values())
    assert dict(uci.rows("select priority, count(*) from ticket group by 1")) == dict(expected)
    owners = Counter(rows[-1]["assigned_to"] for rows in cases.values())
    owned = uci.rows(
        "select coalesce(name, '?'), count(*) from ticket left join person on person.id = agent_id group by 1"
    )
    assert dict(owned) == dict(owners)


@needs_uci
def test_servicenow_the_numbers_are_those_of_the_file(numbers: Lake, cases: Cases) -> None:
    opened = {number: read(rows[0]["opened_at"]) for number, rows in cases.items()}
    months = {f"{month:%Y-%m}": count for month, count in said(numbers, "tickets_created", grain="month").items()}
    assert {month: count for month, count in months.items() if count} == Counter(
        f"{at:%Y-%m}" for at in opened.values()
    )
    known = {number: [row for row in rows if row["incident_state"] != "-100"] for number, rows in cases.items()}
    pairs = [pair for rows in known.values() for pair in pairwise(rows)]
    reopens = sum(is_done(before) and not is_done(after) for before, after in pairs)
    solves = sum(is_done(after) and not is_done(before) for before, after in pairs)
    solves += sum(is_done(rows[0]) for rows in known.values())
    unsolved = sum(not is_done(rows[-1]) for rows in known.values())
    firsts = sum(any(map(is_done, rows)) for rows in known.values())
    counted = said(numbers, "solve_events", "reopen_events", "backlog", "first_solves")
    assert [*counted.values()] == [solves, reopens, unsolved, firsts]


@needs_uci
def test_servicenow_half_of_all_are_solved_within_as_long_as_the_file_says(numbers: Lake, cases: Cases) -> None:
    begun = [rows for rows in cases.values() if rows[0]["sys_mod_count"] == "0"]  # one case's first updates are missing
    seconds = [
        (read(next(filter(is_done, rows))["sys_updated_at"]) - read(rows[0]["opened_at"])).total_seconds()
        for rows in begun
        if any(map(is_done, rows))
    ]
    found = said(numbers, "first_resolution_time_median", "first_resolution_time_n")
    assert [*found.values()] == [median(seconds), len(seconds)]


@needs_uci
def test_servicenow_the_backlog_lies_in_the_last_queues_of_the_file(numbers: Lake, cases: Cases) -> None:
    last = Counter(rows[-1]["assignment_group"] for rows in cases.values() if not is_done(rows[-1]))
    last["Unassigned group"] = last.pop("?", 0)
    assert said(numbers, "backlog", by="queue") == pytest.approx(dict(+last))


@pytest.fixture(scope="module")
def volvo(
    fresh_database: Callable[[], AbstractContextManager[str]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Import]:
    """The Volvo log, imported once for this module."""
    with fresh_database() as url:
        settings = Settings(data_dir=tmp_path_factory.mktemp("volvo"), database_url=url, secret_key="k" * 32)
        yield Import(import_log(settings, VOLVO, "volvo"), settings)


@pytest.fixture(scope="module")
def incidents() -> Cases:
    """The same log as plain dictionaries, in order of time."""
    found: Cases = {}
    with VOLVO.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["CaseID"], []).append(row)
    return {case: sorted(rows, key=lambda row: row["CompleteTimestamp"]) for case, rows in found.items()}


@needs_volvo
def test_volvo_three_columns_are_enough(volvo: Import, incidents: Cases) -> None:
    tally = volvo.reconciliation.tally
    assert (tally.rows_read, tally.tickets) == (sum(map(len, incidents.values())), len(incidents))
    assert tally.balances
    assert not tally.refused
    found = volvo.rows("select substr(external_ref, 7), to_char(created_at, 'YYYY-MM-DD HH24:MI:SS') from ticket")
    assert dict(found) == {case: rows[0]["CompleteTimestamp"] for case, rows in incidents.items()}


@needs_volvo
def test_volvo_the_numbers_are_those_of_the_file(volvo: Import, incidents: Cases) -> None:
    done = ("3", "5", "9", "13")
    lives = {
        case: [(row["ActivityID"] in done, datetime.fromisoformat(row["CompleteTimestamp"])) for row in rows
               if row["ActivityID"] != "12"]
        for case, rows in incidents.items()
    }  # fmt: skip
    solves = sum(now and not before for life in lives.values() for (before, _), (now, _) in pairwise(life))
    reopens = sum(before and not now for life in lives.values() for (before, _), (now, _) in pairwise(life))
    solves += sum(life[0][0] for life in lives.values())
    first = {case: next((at for is_over, at in life if is_over), None) for case, life in lives.items()}
    seconds = [(at - lives[case][0][1]).total_seconds() for case, at in first.items() if at]
    for lake in lake_of(volvo):
        found = said(
            lake, "tickets_created", "solve_events", "reopen_events", "backlog", "first_resolution_time_median"
        )
        unsolved = sum(not life[-1][0] for life in lives.values())
        assert [*found.values()] == [len(lives), solves, reopens, unsolved, median(seconds)]
