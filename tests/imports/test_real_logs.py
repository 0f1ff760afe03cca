"""Two real logs, compared with what plain Python makes of the same file."""

import csv
import gzip
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from itertools import groupby, pairwise, takewhile
from pathlib import Path

import pytest

from app.imports.log import import_log
from core.settings import Settings
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


@needs_volvo
def test_volvo_three_columns_are_enough(settings: Settings) -> None:
    with VOLVO.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    made = Import(import_log(settings, VOLVO, "volvo"), settings)
    tally = made.reconciliation.tally
    assert (tally.rows_read, tally.tickets) == (len(rows), len({row["CaseID"] for row in rows}))
    assert tally.balances
    assert not tally.refused
    first = {row["CaseID"]: row["CompleteTimestamp"] for row in reversed(rows)}
    found = made.rows("select substr(external_ref, 7), to_char(created_at, 'YYYY-MM-DD HH24:MI:SS') from ticket")
    assert dict(found) == first
