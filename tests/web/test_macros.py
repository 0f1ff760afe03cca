"""Macros and canned replies on pages, without JavaScript."""

import re

from tests.web.office import Office, words


def _new_macro(office: Office, **fields: str) -> str:
    ana = office.browser("ana")
    sent = ana.post("/macros", data={"name": "Take it on", "for": "private", **fields})
    assert sent.status_code == 303, sent.text
    return re.findall(r"/macros/([0-9a-f-]{36})/remove", ana.get("/macros").text)[-1]


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


def test_a_canned_reply_is_inserted_behind_what_was_typed(office: Office) -> None:
    ticket, ana = office.ticket(opened="mon 9:00"), office.browser("ana")
    ana.post("/canned-replies", data={"name": "Greeting", "for": "private", "body": "Dear {{customer.name}}, <b>"})
    page = ana.get(f"/tickets/{ticket.number}").text
    chosen = re.search(r'name="canned"><option value="([0-9a-f-]{36})"', page)
    assert chosen
    again = ana.post(f"/tickets/{ticket.number}/insert", data={"body": "First words", "canned": chosen[1]})
    assert again.status_code == 200
    assert "First words\n\nDear Cleo, &lt;b&gt;</textarea>" in again.text
    assert office.version(ticket) == ticket.version


def test_a_text_with_an_unknown_placeholder_comes_back_with_what_was_typed(office: Office) -> None:
    ana = office.browser("ana")
    answer = ana.post("/canned-replies", data={"name": "Odd", "for": "private", "body": "{{customer.shoe}}"})
    assert answer.status_code == 422
    assert "There is no placeholder" in answer.text
    assert "{{customer.shoe}}</textarea>" in answer.text


def test_customers_have_no_macros(office: Office) -> None:
    assert office.browser("cleo").get("/macros").status_code == 403
