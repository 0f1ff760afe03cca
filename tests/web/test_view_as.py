"""An administrator sees what another person sees, changes nothing meanwhile, and it is written down."""

from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from app.audit.exports import note_export
from app.identity.token import issue_token
from core import clock
from core.actor import SYSTEM, Role
from tests.web.office import Office, words


@pytest.fixture
def ada(office: Office) -> TestClient:
    """An administrator at a browser, with her own eyes."""
    if not hasattr(office.world, "ada"):
        with office.database.transaction() as session:
            office.world.session = session
            office.world.ada = office.world.person("Ada", Role.ADMIN)
    return office.browser("ada")


def look_as(browser: TestClient, office: Office, who: str, **more: object) -> int:
    """Ask for the eyes of somebody."""
    wish = {"person_id": str(getattr(office.world, who).id), **more}
    return browser.post("/api/v1/session/view-as", json=wish).status_code


def told(office: Office, *kinds: str) -> list[tuple[str, str, dict[str, str]]]:
    """Events of these kinds: kind, who did it, what it says."""
    with office.database.reading() as session:
        rows = session.connection().exec_driver_sql(
            "select kind, actor_id::text, payload from event_pending where kind = any(%s) order by seq", (list(kinds),)
        )
        return [tuple(row) for row in rows]  # type: ignore[misc]


def test_she_sees_what_the_other_sees_and_no_more(office: Office, ada: TestClient) -> None:
    hidden = office.ticket(opened="mon 9:00", queue=office.world.technical)
    assert ada.get(f"/tickets/{hidden.number}").status_code == 200
    assert look_as(ada, office, "ana") == 201
    assert ada.get(f"/tickets/{hidden.number}").status_code == 404
    hers, anas = (one.get("/api/v1/tickets").json() for one in (ada, office.browser("ana")))
    assert hers == anas


@pytest.mark.parametrize("page", ["/tickets", "/account", "/search", "/dashboards/overview", "/tickets/999999"])
def test_every_page_says_whose_eyes_these_are_and_how_to_leave(office: Office, ada: TestClient, page: str) -> None:
    look_as(ada, office, "dov")
    shown = ada.get(page).text
    assert "with the eyes of Dov" in words(shown)
    assert 'action="/view-as/leave"' in shown


def test_nothing_can_be_changed_meanwhile(office: Office, ada: TestClient) -> None:
    ticket = office.ticket(opened="mon 9:00", queue=office.world.billing)
    look_as(ada, office, "ana")
    by_form = ada.post(f"/tickets/{ticket.number}/tags", data={"version": str(ticket.version), "add": "seen"})
    by_api = ada.post(f"/api/v1/tickets/{ticket.id}/tag", json={"add": ["seen"]})
    again = ada.post("/api/v1/session/view-as", json={"person_id": str(office.world.bo.id)})
    assert {by_form.status_code, by_api.status_code, again.status_code} == {403}
    assert by_api.json()["detail"] == "You look with the eyes of Ana: nothing can be changed. Leave this view first."
    assert office.version(ticket) == ticket.version


def test_dashboards_answer_as_to_the_other(office: Office, ada: TestClient) -> None:
    look_as(ada, office, "ana")
    assert ada.post("/dashboards/_dash-update-component", json={}).status_code != 403


def test_leaving_gives_her_own_eyes_back(office: Office, ada: TestClient) -> None:
    look_as(ada, office, "ana")
    assert ada.get("/api/v1/session").json()["viewed_by"] == str(office.world.ada.id)
    assert ada.post("/view-as/leave").status_code == 303
    me = ada.get("/api/v1/session").json()
    assert (me["name"], me["viewed_by"]) == ("Ada", None)
    assert "eyes of" not in words(ada.get("/tickets").text)


def test_the_ledger_names_both_and_the_administrator_as_the_hand(office: Office, ada: TestClient) -> None:
    look_as(ada, office, "bo")
    ada.delete("/api/v1/session/view-as")
    started, ended = told(office, "view_as.started", "view_as.ended")[-2:]
    ids = str(office.world.ada.id), str(office.world.bo.id)
    assert (started[0], started[1], started[2]["person_id"]) == ("view_as.started", *ids)
    assert (ended[0], ended[1], ended[2]["person_id"], ended[2]["reason"]) == ("view_as.ended", *ids, "left")


def test_what_is_taken_along_is_written_to_the_administrator(office: Office, ada: TestClient) -> None:
    actor = replace(office.world.actor("dov"), viewer=office.world.actor("ada"))
    note_export(office.database, actor, "tickets behind a number", "csv", 3)
    _, hand, export = told(office, "export.made")[-1]
    assert hand == export["person_id"] == str(office.world.ada.id)


def test_it_ends_by_itself(office: Office, ada: TestClient) -> None:
    look_as(ada, office, "ana", minutes=10)
    with clock.at(clock.now() + timedelta(minutes=11)):
        office.application.state.desk.doorkeeper.forget_all()
        assert ada.get("/api/v1/session").json()["name"] == "Ada"
    assert told(office, "view_as.ended")[-1][2]["reason"] == "expired"


def test_signing_out_ends_view_and_session(office: Office, ada: TestClient) -> None:
    look_as(ada, office, "ana")
    assert ada.delete("/api/v1/session").status_code == 204
    assert ada.get("/api/v1/session").status_code == 401
    assert told(office, "view_as.ended")[-1][2]["reason"] == "session_ended"


def test_it_ends_when_the_other_becomes_an_administrator(office: Office, ada: TestClient) -> None:
    with office.database.transaction() as session:
        office.world.session = session
        office.world.kim = office.world.person("Kim", Role.AGENT)
    look_as(ada, office, "kim")
    with office.database.transaction() as session:
        session.connection().exec_driver_sql("update person set role = 'admin' where name = 'Kim'")
    office.application.state.desk.doorkeeper.forget_all()
    assert ada.get("/api/v1/session").json()["name"] == "Ada"


def test_nobody_looks_through_administrators_and_only_administrators_look(office: Office, ada: TestClient) -> None:
    with office.database.transaction() as session:
        office.world.session = session
        office.world.abe = office.world.person("Abe", Role.ADMIN)
    assert look_as(ada, office, "abe") == 403
    assert look_as(ada, office, "ada") == 403
    assert look_as(office.browser("dov"), office, "ana") == 403


def test_a_token_has_eyes_of_its_own(office: Office, ada: TestClient) -> None:
    with office.database.transaction() as session:
        secret = issue_token(session, SYSTEM, person_id=office.world.ada.id, name="T", scopes=["write"], days=1)[1]
    look_as(ada, office, "ana")
    program = office.stranger()
    program.headers["authorization"] = f"Bearer {secret}"
    assert program.get("/api/v1/session").json()["name"] == "Ada"
    assert look_as(program, office, "ana") == 403


def test_the_buttons_lead_there(office: Office, ada: TestClient) -> None:
    ticket = office.ticket(opened="mon 9:00", queue=office.world.billing)
    assert 'action="/view-as"' in ada.get("/account").text
    assert 'action="/view-as"' not in office.browser("ana").get("/account").text
    assert str(office.world.ana.id) in ada.get(f"/tickets/{ticket.number}/access").text
    answer = ada.post("/view-as", data={"person_id": str(office.world.ana.id), "next": f"/tickets/{ticket.number}"})
    assert answer.headers["location"] == f"/tickets/{ticket.number}"
    assert "with the eyes of Ana" in words(ada.get(answer.headers["location"]).text)
    ada.post("/view-as/leave")
    assert ada.post("/view-as", data={"email": "nobody@example.com"}).status_code == 404
