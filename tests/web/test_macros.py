"""Macros and canned replies on pages, without JavaScript."""

import html
import re

from app.macros.setup import define_reply
from core.actor import Role
from tests.web.office import Office, words


def _new_macro(office: Office, **fields: str) -> str:
    ana = office.browser("ana")
    sent = ana.post("/macros", data={"name": "Take it on", "for": "private", **fields})
    assert sent.status_code == 303, sent.text
    return re.findall(r'"/macros/([0-9a-f-]{36})"', ana.get("/macros").text)[-1]


def test_a_macro_is_made_looked_at_and_done(office: Office) -> None:
    ticket, ana = office.ticket(opened="mon 9:00"), office.browser("ana")
    macro = _new_macro(office, assignee="me", priority="4", note="{{customer.name}} waits.")
    seen = ana.get(f"/tickets/{ticket.number}/macro", params={"macro": macro}).text
    assert "Cleo waits." in seen
    assert "Priority normal urgent" in words(seen)
    assert office.version(ticket) == ticket.version
    done = ana.post(f"/tickets/{ticket.number}/macro", data={"macro": macro, "version": str(ticket.version)})
    assert done.headers["location"] == f"/tickets/{ticket.number}"
    assert office.version(ticket) == ticket.version + 3
    stale = ana.post(f"/tickets/{ticket.number}/macro", data={"macro": macro, "version": str(ticket.version)})
    assert stale.status_code == 412
    assert ana.post(f"/macros/{macro}/remove").status_code == 303
    assert ana.get(f"/tickets/{ticket.number}/macro", params={"macro": macro}).status_code == 404


def test_a_canned_reply_is_inserted_behind_what_was_typed_and_known_to_the_draft(office: Office) -> None:
    ticket, ana = office.ticket(opened="mon 9:00"), office.browser("ana")
    ana.post("/canned-replies", data={"name": "Greeting", "for": "private", "body": "Dear {{customer.name}}, <b>"})
    page = ana.get(f"/tickets/{ticket.number}").text
    chosen = re.search(r'name="canned"><option value="([0-9a-f-]{36})"', page)
    assert chosen
    again = ana.post(f"/tickets/{ticket.number}/insert", data={"body": "First words", "canned": chosen[1]})
    assert again.status_code == 200
    assert "First words\n\nDear Cleo, &lt;b&gt;</textarea>" in again.text
    begun = f'name="begun_with" value="{chosen[1]}"'
    assert begun in again.text
    kept = {"body": "Dear Cleo", "visibility": "public", "draft_version": "0", "begun_with": chosen[1]}
    ana.post(f"/tickets/{ticket.number}/draft", data=kept)
    assert begun in ana.get(f"/tickets/{ticket.number}").text
    odd = ana.post(f"/tickets/{ticket.number}/draft", data={**kept, "begun_with": "x"})
    assert odd.status_code == 422
    assert office.version(ticket) == ticket.version


def test_a_text_with_an_unknown_placeholder_comes_back_with_what_was_typed(office: Office) -> None:
    ana = office.browser("ana")
    answer = ana.post("/canned-replies", data={"name": "Odd", "for": "private", "body": "{{customer.shoe}}"})
    assert answer.status_code == 422
    assert "There is no placeholder" in answer.text
    assert "{{customer.shoe}}</textarea>" in answer.text


def test_customers_have_no_macros(office: Office) -> None:
    assert office.browser("cleo").get("/macros").status_code == 403


def _looked(page: str) -> str:
    """What stands beside a form: what it would do."""
    return words(page.partition("data-looked")[2])


def test_what_a_macro_would_do_to_a_ticket_stands_beside_its_form(office: Office) -> None:
    ticket, ana = office.ticket(opened="mon 9:00", title="Tried out"), office.browser("ana")
    form = {"name": "Escalate", "for": "private", "priority": "4", "reply": "Dear {{customer.name}}", "do": "look"}
    seen = _looked(ana.post("/macros", data={**form, "try": str(ticket.number)}).text)
    assert "Priority normal → urgent" in seen
    assert "The customer reads Dear Cleo" in seen
    assert office.version(ticket) == ticket.version
    assert "There is no placeholder" in _looked(ana.post("/macros", data={**form, "reply": "{{agent.shoe}}"}).text)
    assert "There is no such ticket" in _looked(ana.post("/macros", data={**form, "try": "99999999"}).text)


def test_a_macro_is_changed_and_keeps_what_the_form_has_no_field_for(office: Office) -> None:
    ana = office.browser("ana")
    actions = [{"do": "note", "body": "One"}, {"do": "note", "body": "Two"}, {"do": "solve"}]
    made = ana.post(
        "/api/v1/macros", json={"name": "Odd", "actions": actions}, headers={"Idempotency-Key": "odd-macro"}
    )
    where = f"/macros/{made.json()['id']}"
    page = ana.get(where).text
    assert "Note for colleagues: Two" in words(page.partition("as it was set up before")[2])
    rest = html.unescape(re.findall(r'name="rest" value="([^"]+)"', page)[0])
    form = {"name": "Odd", "for": "private", "note": "First", "state": "solve", "rest": rest}
    assert ana.post(where, data=form).status_code == 303
    (kept,) = [one for one in ana.get("/api/v1/macros").json()["items"] if one["name"] == "Odd"]
    assert [(one["do"], one.get("body")) for one in kept["actions"]] == [
        ("note", "Two"), ("note", "First"), ("solve", None)
    ]  # fmt: skip


def test_a_macro_of_all_colleagues_is_shown_but_not_changed_by_an_agent(office: Office) -> None:
    with office.database.transaction() as session:
        office.world.session = session
        ada = office.world.person("Ada", Role.ADMIN)
        wish = {"name": "Everybody's", "audience": "global", "queue_id": None}
        shared = define_reply(session, office.world.actor(ada), body="Hello {{customer.name}}", **wish).id
    ana = office.browser("ana")
    page = ana.get(f"/canned-replies/{shared}").text
    assert "You can use it, but not change it" in words(page)
    assert 'value="save"' not in page
    assert ana.post(f"/canned-replies/{shared}", data={"name": "Mine", "for": "global", "body": "x"}).status_code == 403


def test_a_canned_reply_shows_what_it_becomes_on_a_ticket(office: Office) -> None:
    ticket, ana = office.ticket(opened="mon 9:00", title="Broken till"), office.browser("ana")
    form = {"name": "About", "for": "private", "body": "About {{ticket.title}}, **{{customer.name}}**", "do": "look"}
    page = ana.post("/canned-replies", data={**form, "try": str(ticket.number)}).text
    assert "About Broken till, <strong>Cleo</strong>" in page
