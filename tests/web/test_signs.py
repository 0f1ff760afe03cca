"""Signs in the frame, and the page of notices: each person's own, live, and for one question a page."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from app.outgoing.schedule import Wish, schedule
from app.tickets.commands import Note
from app.tickets.ticket import Ticket
from app.timers import runner
from app.web.signs import concern
from core import clock
from tests.sla.desk import promise, set_policy
from tests.web.office import Office, words
from tests.world import at


@pytest.fixture(scope="module")
def called(office: Office) -> Ticket:
    """A ticket of Ana's on which Dov called her, a reply of hers waits, and a warning and a breach were told her."""
    levels = {
        "warnings": [{"percent": 50}],
        "levels": [{"notify": ["owner"]}, {"after_seconds": 60, "notify": ["owner"]}],
    }
    with office.database.transaction() as session:
        office.world.session = session
        set_policy(office.world, promise("total_resolution", 4, **levels))
    ticket = office.ticket(assigned="mon 9:01")
    with office.database.transaction() as session, clock.at(at("mon 9:10")):
        office.world.session = session
        office.world.do("dov", Note(body="Look.", mentions=[office.world.ana.id]), ticket, at="mon 9:10")
        schedule(session, office.world.actor("ana"), ticket.id, Wish(body="Soon.", send_at=at("fri 9:00")))
    for when in ("mon 11:01", "mon 13:02"):
        with clock.at(at(when)):
            while runner.run_due(office.database):
                pass
    return ticket


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is asked of the database meanwhile, by the ORM or past it."""
    asked: list[str] = []
    execute = psycopg.Cursor.execute

    def noted(cursor: Any, statement: Any, *rest: Any, **more: Any) -> Any:
        asked.append(str(statement))
        return execute(cursor, statement, *rest, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(psycopg.Cursor, "execute", noted)
        yield asked


def test_the_frame_says_what_waits_for_oneself(office: Office, called: Ticket) -> None:
    ana, dov = office.browser("ana"), office.browser("dov")
    assert ana.get("/signs").json() == {"mentions": 1, "waiting": 1, "held": 0, "notices": 3, "presence": None}
    assert dov.get("/signs").json() == {"mentions": 0, "waiting": 0, "held": 0, "notices": 0, "presence": None}
    told = words(ana.get("/tickets").text)
    assert "3 notices" in told
    assert "1 mention " in told
    assert "1 unsent reply" in told
    assert 'data-sign="mentions"' not in office.browser("cleo").get("/tickets").text


def test_it_costs_a_page_one_statement(office: Office, called: Ticket) -> None:
    browser = office.browser("ana")
    browser.get("/keys")
    with statements() as asked:
        browser.get("/keys")
    assert len([one for one in asked if "mention" in one]) == 1
    assert len([one for one in asked if "person" not in one.split("from")[0]]) <= 2, asked


def test_notices_open_the_ticket_at_its_clock_and_can_be_put_away(office: Office, called: Ticket) -> None:
    browser = office.browser("ana")
    page = browser.get("/notices").text
    told = words(page)
    assert told.index("Resolution is overdue, level 2") < told.index("Resolution is due soon")
    place = page.split(f'href="/tickets/{called.number}/sla#')[1].split('"')[0]
    assert f'id="{place}"' in browser.get(f"/tickets/{called.number}/sla").text
    first = page.split('name="notice" value="')[1].split('"')[0]
    browser.post("/notices/seen", data={"notice": first})
    assert browser.get("/signs").json()["notices"] == 2
    office.browser("dov").post("/notices/seen")
    assert browser.get("/signs").json()["notices"] == 2, "one's own to say"
    browser.post("/notices/seen")
    assert browser.get("/signs").json()["notices"] == 0
    assert "Mark all" not in browser.get("/notices").text
    assert browser.post("/notices/seen", data={"notice": "x"}).status_code == 422


def test_the_api_tells_the_same(office: Office, called: Ticket) -> None:
    browser = office.browser("ana")
    first = browser.get("/api/v1/notices?limit=2").json()
    assert first.get("items"), first
    rest = browser.get(f"/api/v1/notices?limit=2&after={first['next']}").json()
    assert [one["what"] for one in first["items"] + rest["items"]] == ["escalated", "escalated", "warned"]
    assert {one["number"] for one in first["items"]} == {called.number}
    assert rest["next"] is None
    assert office.browser("cleo").get("/api/v1/notices").status_code == 403


def test_the_stream_says_it_to_whom_it_concerns() -> None:
    ana, bo = uuid4(), uuid4()
    for kind, actor, payload in (
        ("ticket.mentioned", bo, {"person_ids": [str(ana)]}),
        ("sla.clock.warned", None, {"notified": [str(ana)]}),
        ("reply.scheduled", ana, {}),
        ("reply.unscheduled", ana, {"outcome": "sent"}),
    ):
        news = SimpleNamespace(kind=kind, actor_id=actor, payload=payload)
        assert concern(news, ana), kind  # type: ignore[arg-type]
        assert not concern(news, bo), kind  # type: ignore[arg-type]
    held = SimpleNamespace(kind="reply.unscheduled", actor_id=bo, payload={"outcome": "held"})
    assert concern(held, ana), "whose words were held stands in no event"  # type: ignore[arg-type]


def test_a_reply_that_was_held_back_has_a_sign_of_its_own(office: Office, called: Ticket) -> None:
    dov, ana = office.browser("dov"), office.browser("ana")
    assert "1 reply held back" not in words(ana.get("/keys").text)
    (waiting,) = dov.get(f"/api/v1/tickets/{called.id}/scheduled-replies").json()["items"]
    assert dov.post(f"/api/v1/scheduled-replies/{waiting['id']}/hold").status_code == 200
    assert "1 reply held back" in words(ana.get("/keys").text)


def test_one_says_in_the_frame_that_one_is_there(office: Office) -> None:
    bo = office.browser("bo")
    page = bo.post("/presence", data={"presence": "away"}, headers={"referer": "http://testserver/keys?a=1"})
    assert page.headers["location"] == "/keys?a=1"
    assert bo.get("/signs").json()["presence"] == "away"
    frame = bo.get("/keys").text
    assert 'value="away" aria-pressed="true"' in frame
    assert 'data-presence="away"' in frame
