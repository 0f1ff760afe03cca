"""Sums of booked time on their page and in a file."""

import pytest

from app.tickets.ticket import Ticket
from app.worktime.activities import define_activity
from app.worktime.book import NewTime, book_time
from core import clock
from core.actor import SYSTEM
from tests.web.office import Office, words
from tests.world import at

DAYS = "since=2026-01-05&until=2026-01-06"


@pytest.fixture(scope="module")
def booked(office: Office) -> Ticket:
    """Ana booked 15 and 5 minutes, Bo 40 on a ticket that Ana does not see."""
    ticket, theirs = office.ticket(), office.ticket(queue="technical")
    with office.database.transaction() as session, clock.at(at("wed 9:00")):
        office.world.session = session
        odd = define_activity(session, SYSTEM, name="=2+5 Travel", is_billable=False)
        for who, where, minutes, day, activity in (
            ("ana", ticket, 15, "mon", odd.id), ("ana", ticket, 5, "tue", None), ("bo", theirs, 40, "tue", None),
        ):  # fmt: skip
            wish = NewTime(minutes=minutes, worked_at=at(f"{day} 8:00"), activity_id=activity)
            book_time(session, office.world.actor(who), where.id, wish)
    return ticket


def test_the_page_sums_what_one_sees(office: Office, booked: Ticket) -> None:
    assert "60 minutes, 45 of them billable" in words(office.browser("dov").get(f"/time?{DAYS}").text)
    told = words(office.browser("ana").get(f"/time?by=day&{DAYS}").text)
    assert "20 minutes" in told
    assert "2026-01-05 1 15 0 2026-01-06 1 5 5" in told
    assert "5 minutes" in words(office.browser("ana").get("/time?by=ticket&since=2026-01-06&until=2026-01-06").text)


def test_the_file_holds_the_same_and_no_formulas(office: Office, booked: Ticket) -> None:
    answer = office.browser("dov").get(f"/time.csv?by=activity&{DAYS}&queue={office.world.billing}")
    assert answer.headers["content-disposition"].endswith('filename="time-by-activity-2026-01-05-2026-01-06.csv"')
    assert answer.text.splitlines() == [
        "activity,entries,minutes,billable_minutes", "'=2+5 Travel,1,15,0", "no activity,1,5,5",
    ]  # fmt: skip


def test_who_lacks_the_right_to_take_data_out_gets_no_file_and_no_button(office: Office, booked: Ticket) -> None:
    ana = office.browser("ana")
    refused = ana.get(f"/time.csv?{DAYS}")
    assert (refused.status_code, "To take data out takes the right" in words(refused.text)) == (403, True)
    assert ["Save as CSV" in words(one.get(f"/time?{DAYS}").text) for one in (ana, office.browser("dov"))] == [
        False,
        True,
    ]


@pytest.mark.parametrize("odd", ["by=colour", "since=soon", "since=2026-02-01&until=2026-01-01", "queue=x"])
def test_what_cannot_be_asked_is_said(office: Office, odd: str) -> None:
    assert office.browser("dov").get(f"/time?{odd}").status_code == 422


def test_customers_see_none_of_it(office: Office) -> None:
    assert [office.browser("cleo").get(path).status_code for path in ("/time", "/time.csv")] == [403, 403]
