"""Administrators run failed timers again or dismiss them on a page."""

import sqlalchemy as sa
from starlette.testclient import TestClient

from app.timers import Timer, set_timer
from core import clock
from core.actor import Role
from tests.web.office import Office, words


def ada(office: Office) -> TestClient:
    with office.database.transaction() as session:
        office.world.session = session
        if not hasattr(office.world, "ada"):
            office.world.ada = office.world.person("Ada", Role.ADMIN)  # type: ignore[attr-defined]
    return office.browser("ada")


def failed(office: Office, key: str) -> str:
    """A timer that was set aside."""
    ticket = office.ticket(opened="mon 9:00")
    with office.database.transaction() as session:
        set_timer(session, key=key, kind="ticket.state", due_at=clock.now(), ticket_id=ticket.id)
        session.execute(
            sa.update(Timer).values(is_set_aside=True, attempts=12, note="KeyError: no such state").where(
                sa.column("key") == key
            )
        )  # fmt: skip
        return str(session.execute(sa.select(Timer.id).where(sa.column("key") == key)).scalar_one())  # type: ignore[call-overload]


def rows(office: Office) -> dict[str, bool]:
    with office.database.reading() as session:
        return {timer.key: timer.is_set_aside for timer in session.execute(sa.select(Timer)).scalars()}


def test_a_failed_timer_is_told_with_its_reason_and_run_again(office: Office) -> None:
    timer, browser = failed(office, "due:one"), ada(office)
    page = words(browser.get("/setup/timers").text)
    assert "failed 12 times" in page
    assert "KeyError: no such state" in page
    assert browser.post("/setup/timers", data={"do": "retry", "timer": timer}).status_code == 303
    assert rows(office)["due:one"] is False
    assert "1 timer run again." in words(browser.get("/setup/timers").text)


def test_dismissed_ones_go_together_or_not_at_all(office: Office) -> None:
    timer, browser = failed(office, "due:two"), ada(office)
    gone = "00000000-0000-4000-8000-000000000000"
    assert browser.post("/setup/timers", data={"do": "dismiss", "timer": [timer, gone]}).status_code == 404
    assert rows(office)["due:two"] is True
    browser.post("/setup/timers", data={"do": "dismiss", "timer": timer})
    assert "due:two" not in rows(office)


def test_nothing_ticked_is_said(office: Office) -> None:
    answer = ada(office).post("/setup/timers", data={"do": "retry"})
    assert (answer.status_code, "Tick at least one" in words(answer.text)) == (422, True)
