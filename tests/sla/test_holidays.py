"""Holidays from countries, feeds and files: what is taken, what is left alone, and what strangers cannot do."""

import threading
from collections.abc import Iterator
from datetime import date
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.calendars import follow
from app.calendars.countries import country_holidays
from app.calendars.feed import NotACalendar, holidays_of
from app.calendars.fetch import AddressNotAllowed, FeedAway, fetch, is_public
from app.calendars.reading import calendar_of
from app.calendars.row import HolidaySource
from app.calendars.setup import define_calendar, newest
from app.calendars.sources import follow_country, follow_feed, give_up, take
from app.db import Database
from core import clock
from core.actor import SYSTEM
from core.calendar import Calendar, Holiday
from core.errors import Conflict, NotFound
from core.settings import Settings
from tests.sla.week import local, office

FEEDS = Path(__file__).parents[2].parent / "shared" / "data"
NOW = local("2026-03-02 08:00")


def ics(*events: str) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:test"]
    for n, event in enumerate(events):
        lines += ["BEGIN:VEVENT", f"UID:{n}", "DTSTAMP:20260101T000000Z", *event.split("|"), "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


CLOSED = ics(
    "SUMMARY:Works outing|DTSTART;VALUE=DATE:20260706|DTEND;VALUE=DATE:20260708",
    "SUMMARY:Half day|DTSTART;TZID=Europe/Berlin:20261224T120000|DTEND;TZID=Europe/Berlin:20261225T000000",
    "SUMMARY:Every year|DTSTART;VALUE=DATE:20200301|DTEND;VALUE=DATE:20200302|RRULE:FREQ=YEARLY",
    "SUMMARY:Not any more|STATUS:CANCELLED|DTSTART;VALUE=DATE:20260709",
)


def dates(found: tuple[Holiday, ...] | list[Holiday]) -> list[str]:
    return [str(one.date) for one in found]


def test_a_feed_closes_days_and_parts_of_days() -> None:
    found = holidays_of(CLOSED, "Europe/Berlin", date(2026, 1, 1), date(2027, 12, 31))
    assert [(str(one.date), one.name, one.starts, one.ends) for one in found] == [
        ("2026-03-01", "Every year", 0, 1440),
        ("2026-07-06", "Works outing", 0, 1440),
        ("2026-07-07", "Works outing", 0, 1440),
        ("2026-12-24", "Half day", 720, 1440),
        ("2027-03-01", "Every year", 0, 1440),
    ]


def test_a_rule_without_end_is_given_up() -> None:
    bomb = ics("SUMMARY:x|DTSTART:20200101T000000Z|DTEND:20200101T000100Z|RRULE:FREQ=SECONDLY")
    with pytest.raises(NotACalendar):
        holidays_of(bomb, "UTC", date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize("content", [b"", b"<html>", b"\x00\xff" * 50, b"BEGIN:VCALENDAR", b"x" * 2_000_000])
def test_what_is_no_calendar_is_refused(content: bytes) -> None:
    with pytest.raises(NotACalendar):
        holidays_of(content, "UTC", date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.skipif(not FEEDS.is_dir(), reason="The third-party feeds are not on this machine.")
@pytest.mark.parametrize(("feed", "count"), [("calendar1", 15), ("calendar2", 15), ("calendar3", 26)])
def test_feeds_of_another_helpdesk_are_read(feed: str, count: int) -> None:
    content = (FEEDS / "zammad_calendar" / "calendar" / f"{feed}.ics").read_bytes()
    assert len(holidays_of(content, "Europe/Berlin", date(2010, 1, 1), date(2026, 12, 31))) == count


def test_a_country_is_followed_with_exceptions_and_given_up(session: Session) -> None:
    with clock.at(NOW):
        made = define_calendar(session, SYSTEM, name="B", calendar=office(Holiday(date(2026, 7, 1), "Ours")))
        row = follow_country(
            session, SYSTEM, made.calendar_id, country="DE", subdivision="BY", years_ahead=0,
            without=[date(2026, 8, 15), date(2026, 5, 1)],
        )  # fmt: skip
        held = newest(session, made.calendar_id)
        assert held
        assert held.version == 2
        found = dates(calendar_of(held).holidays)
        assert (found[0], "2026-05-01" in found, "2026-06-04" in found) == ("2026-04-03", False, True)
        give_up(session, SYSTEM, row)
        left = newest(session, made.calendar_id)
        assert left
        assert dates(calendar_of(left).holidays) == ["2026-07-01"]


def test_a_source_leaves_the_past_alone(session: Session) -> None:
    with clock.at(NOW):
        made = define_calendar(session, SYSTEM, name="B", calendar=office())
        row = follow_country(session, SYSTEM, made.calendar_id, country="DE", subdivision=None, years_ahead=0)
    with clock.at(local("2026-06-01 08:00")):
        after = take(session, SYSTEM, row, [Holiday(date(2026, 4, 1)), Holiday(date(2026, 7, 1))])
    assert dates(calendar_of(after).holidays) == [
        "2026-04-03", "2026-04-06", "2026-05-01", "2026-05-14", "2026-05-25", "2026-07-01",
    ]  # fmt: skip


def test_names_of_holidays_are_english_where_they_can_be() -> None:
    found = country_holidays("DE", None, date(2026, 12, 1), date(2026, 12, 31))
    assert [one.name for one in found] == ["Christmas Day", "Second Day of Christmas"]


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "172.16.0.1", "100.64.0.1", "0.0.0.0", "::1",
     "fe80::1", "fc00::1", "::ffff:127.0.0.1", "2002:7f00:1::", "224.0.0.1"],
)  # fmt: skip
def test_private_addresses_are_not_fetched_from(address: str) -> None:
    assert not is_public(address)
    host = f"[{address}]" if ":" in address else address
    with pytest.raises((AddressNotAllowed, FeedAway)):
        fetch(f"http://{host}/a.ics")


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "ftp://example.com/", "http://", "http://a:b@example.com/", "http://[", "x\r\ny"]
)
def test_only_plain_web_addresses_are_taken(address: str) -> None:
    with pytest.raises(AddressNotAllowed):
        fetch(address)


class Feeds(BaseHTTPRequestHandler):
    """A server of feeds, and of what goes wrong with them."""

    def do_GET(self) -> None:
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", "/away")
            self.end_headers()
            return
        self.send_response(404 if self.path == "/none" else 200)
        self.end_headers()
        self.wfile.write(b"x" * 2_000_000 if self.path == "/long" else CLOSED)

    def log_message(self, *_: object) -> None:
        """Quietly."""


@pytest.fixture
def server() -> Iterator[str]:
    """Its address; it lives in this process."""
    with HTTPServer(("127.0.0.1", 0), Feeds) as serving:
        thread = threading.Thread(target=serving.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{serving.server_port}"
        serving.shutdown()
        thread.join()


def anywhere(address: str) -> bool:
    return True


def test_a_feed_is_fetched_and_trouble_is_told(server: str) -> None:
    assert fetch(f"{server}/a.ics", allowed=anywhere) == CLOSED
    for path in ("away", "none", "long"):
        with pytest.raises(FeedAway):
            fetch(f"{server}/{path}", allowed=anywhere)


def test_the_worker_reads_feeds_that_are_due(server: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow, "fetch", partial(fetch, allowed=anywhere))
    database = Database(settings.database_url, most_connections=2)
    with clock.at(NOW):
        with database.transaction() as session:
            calendar_id = define_calendar(session, SYSTEM, name="B", calendar=Calendar.always_open()).calendar_id
            good = follow_feed(session, SYSTEM, calendar_id, address=f"{server}/a.ics").id
            bad = follow_feed(session, SYSTEM, calendar_id, address=f"{server}/none").id
        assert follow.follow_sources(settings) == 1
        assert follow.follow_sources(settings) == 0
    with database.reading() as session:
        held = newest(session, calendar_id)
        assert held
        assert dates(calendar_of(held).holidays)[:2] == ["2026-07-06", "2026-07-07"]
        assert {one.source_id for one in calendar_of(held).holidays} == {good}
        assert session.get_one(HolidaySource, bad).note == "The feed's server answered 404."
    database.close()


def test_a_host_that_cannot_be_is_away() -> None:
    with pytest.raises(FeedAway):
        fetch(f"https://{'a' * 70}.example/a.ics")


def test_a_country_that_is_not_known_is_said_so() -> None:
    with pytest.raises(NotFound):
        country_holidays("ZZ", None, date(2026, 1, 1), date(2026, 12, 31))


def test_too_many_holidays_are_refused(session: Session) -> None:
    made = define_calendar(session, SYSTEM, name="B", calendar=Calendar.always_open())
    row = follow_country(session, SYSTEM, made.calendar_id, country="DE", subdivision=None, years_ahead=0)
    many = [Holiday(date(2090, 1, 1), str(n)) for n in range(3001)]
    with pytest.raises(Conflict, match="at most 3000"):
        take(session, SYSTEM, row, many)
