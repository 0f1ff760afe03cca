"""Files on the desk's pages: sent with a form, shown under their message."""

import re

from tests.files.samples import picture
from tests.web.office import Office, words


def test_a_form_without_scripts_sends_its_files_along(office: Office) -> None:
    ticket, browser = office.ticket(), office.browser("ana")
    form = {"version": ticket.version, "visibility": "public", "body": "See both.", "state": "", "attachments": ""}
    files = [("files", ("bill.png", picture())), ("files", ("note.txt", b"Thank you."))]
    assert browser.post(f"/tickets/{ticket.number}/messages", data=form, files=files).status_code == 303
    page = office.browser("cleo").get(f"/tickets/{ticket.number}").text
    assert re.search(r"bill\.png PNG, \d+ kB .*note\.txt text, 10 bytes", words(page))
    (thumbnail,) = re.findall(r'<img src="(/api/v1/files/[^"]+)"', page)
    assert office.browser("cleo").get(thumbnail).headers["content-type"] == "image/webp"


def test_a_form_without_a_file_is_a_form(office: Office) -> None:
    ticket, browser = office.ticket(), office.browser("ana")
    form = {"version": ticket.version, "visibility": "internal", "body": "None.", "state": ""}
    answer = browser.post(f"/tickets/{ticket.number}/messages", data=form, files=[("files", ("", b""))])
    assert answer.status_code == 303
    assert "/api/v1/files/" not in browser.get(f"/tickets/{ticket.number}").text


def test_a_file_that_was_sent_ahead_is_named_by_its_id(office: Office) -> None:
    ticket, browser = office.ticket(), office.browser("ana")
    file = browser.post("/api/v1/files?name=ahead.txt", content=b"Sent ahead.").json()
    form = {"version": ticket.version, "visibility": "internal", "body": "Here.", "attachments": file["id"]}
    assert browser.post(f"/tickets/{ticket.number}/messages", data=form).status_code == 303
    assert "ahead.txt" in browser.get(f"/tickets/{ticket.number}").text
    assert "ahead.txt" not in office.browser("cleo").get(f"/tickets/{ticket.number}").text


def test_a_ticket_is_opened_with_a_file(office: Office) -> None:
    form = {"title": "Smoke", "body": "See the photo.", "queue": str(office.world.billing), "as": "customer"}
    browser = office.browser("cleo")
    answer = browser.post("/tickets", data=form, files=[("files", ("smoke.png", picture()))])
    assert answer.status_code == 303
    assert "smoke.png" in browser.get(answer.headers["location"]).text


def test_what_was_typed_wrong_keeps_its_files(office: Office) -> None:
    form = {"title": "Smoke", "body": "See the photo.", "queue": "", "as": "customer"}
    browser = office.browser("cleo")
    page = browser.post("/tickets", data=form, files=[("files", ("smoke.txt", b"Smoke."))]).text
    (file_id,) = re.findall(r'name="attachments" value="([^"]+)"', page)
    assert browser.get(f"/api/v1/files/{file_id}").content == b"Smoke."


def test_whoever_saw_an_older_version_keeps_their_files(office: Office) -> None:
    ticket, browser = office.ticket(), office.browser("ana")
    form = {"version": ticket.version - 1, "visibility": "public", "body": "Late.", "state": ""}
    page = browser.post(f"/tickets/{ticket.number}/messages", data=form, files=[("files", ("late.txt", b"Late."))])
    (file_id,) = re.findall(r'name="attachments" value="([^"]+)"', page.text)
    assert page.status_code == 412
    again = {**form, "version": ticket.version, "attachments": file_id}
    assert browser.post(f"/tickets/{ticket.number}/messages", data=again).status_code == 303


def test_names_are_text_on_a_page(office: Office) -> None:
    ticket, browser = office.ticket(), office.browser("ana")
    form = {"version": ticket.version, "visibility": "public", "body": "Look.", "state": ""}
    name = "<img src=x onerror=alert(1)>.txt"
    browser.post(f"/tickets/{ticket.number}/messages", data=form, files=[("files", (name, b"Hi."))])
    page = browser.get(f"/tickets/{ticket.number}").text
    assert "&lt;img src=x onerror=alert(1)&gt;.txt" in page
    assert name not in page
