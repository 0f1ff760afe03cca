"""Administrators set calendars up on pages. 2 March 2026 is a Monday."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from app.web.calendar_words import spans_from, spans_words
from core import clock
from core.actor import Role
from core.calendar.definition import Span
from core.errors import Invalid
from tests.sla.test_holidays import ics
from tests.sla.week import local
from tests.web.office import Office, words

WEEK = {f"hours_{day}": "09:00-12:00, 13-17" for day in ("mon", "tue", "wed", "thu", "fri")}
ZONE = {"zone": "Europe/Berlin"}


@pytest.fixture
def ada(office: Office) -> TestClient:
    """An administrator's browser, just signed in: whoever asks as of next year ends the sessions of today."""
    if not hasattr(office.world, "ada"):
        with office.database.transaction() as session:
            office.world.session = session
            office.world.ada = office.world.person("Ada", Role.ADMIN)
    return office.browser("ada")


def made(ada: TestClient, name: str, **more: str) -> str:
    answer = ada.post("/setup/new-calendar", data={"name": name, **ZONE, **WEEK, **more})
    assert answer.status_code == 303, words(answer.text)
    return str(answer.headers["location"])


def test_a_calendar_is_set_up_and_stands_in_the_list(ada: TestClient) -> None:
    made(ada, "Berlin", breaks_mon="10:00-10:30")
    listed = words(ada.get("/setup/calendars").text)
    assert "Berlin" in listed
    assert "Mon-Fri 09:00-12:00, 13:00-17:00" in listed


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"hours_sat": "morning"}, "cannot be read"),
        ({"hours_sat": "09:00-25:00"}, "from 00:00 to 24:00"),
        ({"hours_sat": "09:00-09:00"}, "need a length"),
        ({"zone": "Berlin"}, "time zone from the list"),
        ({"name": " "}, "Give the calendar a name"),
    ],
)
def test_what_cannot_work_is_told(ada: TestClient, typed: dict[str, str], said: str) -> None:
    answer = ada.post("/setup/new-calendar", data={"name": "Odd", **ZONE, **WEEK, **typed})
    assert answer.status_code in (409, 422)
    assert said in words(answer.text)


def test_when_it_would_be_due_is_reckoned(ada: TestClient) -> None:
    page = words(ada.get(f"{made(ada, 'Due')}?start=2026-03-06T16:00&hours=4").text)
    assert "Due Mon 9 Mar 2026, 12:00" in page


def test_a_month_and_a_year_show_hours_and_clock_changes(ada: TestClient) -> None:
    home = made(ada, "Shown", hours_sun="01:00-05:00")
    month = words(ada.get(f"{home}?month=2026-03").text)
    assert "clocks go forward" in month
    assert "29 3 h −60 m clocks go forward" in month
    assert words(ada.get(f"{home}/year/2026").text).count("clocks go back") == 1


def test_a_holiday_to_come_is_added_and_removed(ada: TestClient) -> None:
    home = made(ada, "Holidays")
    with clock.at(local("2026-03-02 08:00")):
        ada.post(f"{home}/holidays", data={"date": "2026-12-24", "name": "Half day", "starts": "12:00"})
        assert "24 Dec 2026, 12:00-24:00 Half day" in words(ada.get(home).text)
        ada.post(f"{home}/holidays/drop", data={"date": "2026-12-24", "name": "Half day"})
        assert "Half day" not in words(ada.get(home).text)


def test_a_holiday_entered_late_is_seen_before_it_counts(ada: TestClient, office: Office) -> None:
    home = made(ada, "Late")
    with clock.at(local("2027-03-09 08:00")):
        ada = office.browser("ada")
        answer = ada.post(f"{home}/holidays", data={"date": "2027-03-04", "name": "Strike"})
        assert answer.headers["location"] == f"{home}/versions/2"
        page = ada.get(f"{home}/versions/2")
        assert "4 Mar 2027 7 h 0 h" in words(page.text)
        assert "waits: see what it changes" in words(ada.get(home).text)
        token = re.findall(r'name="token" value="(\w+)"', page.text)[0]
        assert ada.post(f"{home}/versions/2", data={"do": "accept", "token": "00"}).status_code == 422
        assert ada.post(f"{home}/versions/2", data={"do": "accept", "token": token}).status_code == 303
        assert "restated the past" in words(ada.get(home).text)


def test_single_dates_have_hours_of_their_own(ada: TestClient) -> None:
    home = made(ada, "Shifts")
    with clock.at(local("2026-03-02 08:00")):
        ada.post(f"{home}/shifts", data={"date": "2026-12-24", "hours": "9-12"})
        assert "24 Dec 2026 09:00-12:00" in words(ada.get(home).text)
        assert "Hours of 24 Dec 2026 usual 09:00-12:00" in words(ada.get(f"{home}/versions/2").text)
        ada.post(f"{home}/shifts/drop", data={"date": "2026-12-24"})
        assert "24 Dec 2026 09:00-12:00" not in words(ada.get(home).text)


def test_public_holidays_and_files_are_taken(ada: TestClient) -> None:
    home = made(ada, "Sources")
    feed = ics("SUMMARY:Outing|DTSTART;VALUE=DATE:20270706")
    with clock.at(local("2026-03-02 08:00")):
        ada.post(f"{home}/sources", data={"country": "DE", "subdivision": "BY"})
        assert ada.post(f"{home}/sources", files={"file": ("ours.ics", feed)}).status_code == 303
        page = words(ada.get(home).text)
    assert "Germany, BY" in page
    assert "6 Jul 2027 Outing ours.ics" in page


def test_a_queue_keeps_its_calendar_through_its_own_form(ada: TestClient, office: Office) -> None:
    calendar_id = made(ada, "Of the queue").rpartition("/")[2]
    queue = f"/setup/queues/{office.world.billing}"
    form = {"name": "Billing", "follow_up": "reopen", "is_active": "yes", "calendar_id": calendar_id}
    ada.post(queue, data=form)
    assert re.search(rf'<option value="{calendar_id}" selected>', ada.get(queue).text)
    assert "Billing" in words(ada.get("/setup/calendars").text)


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("", {"name": "Odd", "zone": "../etc", "since": "2026-01-01T00:00", **WEEK}),
        ("", {"name": "Odd", **ZONE, "since": "0001-01-01T00:00", **WEEK}),
        ("", {"name": "Odd", **ZONE, "since": "soon", **WEEK}),
        ("/holidays", {"date": "0001-01-01"}),
        ("/holidays", {"date": "9999-12-31"}),
        ("/holidays", {"date": "2027-01-01", "starts": "12:00", "ends": "11:00"}),
        ("/shifts", {"date": "2027-01-01", "hours": "09:00-25:00"}),
        ("/shifts", {}),
        ("/shifts/drop", {"date": "x"}),
        ("/holidays/drop", {"date": "2027-01-01", "name": "none"}),
        ("/sources", {"country": "ZZ"}),
        ("/sources", {"country": ""}),
        ("/sources", {"address": "file:///etc/passwd"}),
        ("/sources/drop", {"source_id": "x"}),
        ("/versions/99999999999", {"do": "accept"}),
    ],
)
def test_odd_forms_are_refused_and_change_nothing(ada: TestClient, path: str, typed: dict[str, str]) -> None:
    home = odd(ada)
    assert ada.post(home + path, data=typed).status_code in (404, 409, 422)
    assert words(ada.get(home).text).count("Version 1") == 1


def odd(ada: TestClient) -> str:
    """A calendar that stays as it is."""
    found = re.search(r'(/setup/calendars/[-0-9a-f]+)">Steady<', ada.get("/setup/calendars").text)
    return found[1] if found else made(ada, "Steady")


@pytest.mark.parametrize(
    "query", ["hours=inf", "hours=nan", "hours=-1", "start=0001-01-01T00:00", "month=9999-13", "month=x", "hours=1e300"]
)
def test_odd_questions_do_not_break_the_page(ada: TestClient, query: str) -> None:
    assert ada.get(f"{odd(ada)}?{query}").status_code in (200, 422)


def test_there_is_no_page_for_years_and_versions_that_are_not(ada: TestClient) -> None:
    for path in ("/year/1", "/year/9999", "/versions/0", "/versions/99999999999"):
        assert ada.get(odd(ada) + path).status_code == 404


@given(st.text(max_size=60))
def test_any_text_is_hours_or_refused(typed: str) -> None:
    try:
        spans = spans_from(typed)
    except Invalid:
        return
    assert all(set(span) == {"starts", "ends"} for span in spans)


@given(st.lists(st.tuples(st.integers(0, 1439), st.integers(0, 1440)).filter(lambda one: one[0] != one[1]), max_size=5))
def test_hours_are_read_back_as_they_are_written(minutes: list[tuple[int, int]]) -> None:
    spans = [Span(*one) for one in minutes]
    assert [Span(**one) for one in spans_from(spans_words(spans))] == spans  # type: ignore[arg-type]
