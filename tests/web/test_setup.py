"""Administrators set up states, follow-ups and ways on pages."""

import html
import re

from httpx import Response
from starlette.testclient import TestClient

from app.denominators.record import denominators
from core.actor import Role
from tests.web.office import Office, words


def admin(office: Office) -> TestClient:
    with office.database.transaction() as session:
        office.world.session = session
        if not hasattr(office.world, "ada"):
            office.world.ada = office.world.person("Ada", Role.ADMIN)  # type: ignore[attr-defined]
    return office.browser("ada")


def test_a_state_is_made_and_changed_on_a_page(office: Office) -> None:
    ada = admin(office)
    form = {
        "name": "Waiting for parts", "category": "HOLD", "after": "1.5", "unit": "86400", "auto_next": "",
        "reopen_to": "", "sla_pause": ["next_reply", "total_resolution"], "is_active": "yes",
    }  # fmt: skip
    assert ada.post("/setup/states/new", data=form).status_code == 303
    page = ada.get("/setup").text
    assert "after 36 hours to open" in words(page)
    assert "next reply, total resolution" in words(page)
    (state_id,) = re.findall(
        r'href="/setup/states/([0-9a-f-]+)"[^>]*>\s*<span[^>]*>.{0,200}Waiting for parts', page, re.S
    )
    shown = ada.get(f"/setup/states/{state_id}").text
    assert 'value="36"' in shown
    changed = {**form, "name": "Waiting for spares", "after": ""}
    assert ada.post(f"/setup/states/{state_id}", data=changed).status_code == 303
    assert "Waiting for spares" in words(ada.get("/setup").text)
    wrong = ada.post("/setup/states/new", data={**form, "name": "Odd", "category": "CLOSED"})
    assert (wrong.status_code, "lead on" in words(wrong.text)) == (409, True)
    assert 'value="Odd"' in wrong.text


def test_a_queues_follow_up_and_ways_are_set_on_a_page(office: Office) -> None:
    ada, queue = admin(office), f"/setup/queues/{office.world.technical}"
    ada.post(queue, data={"name": "Technical", "follow_up": "reopen", "reopen_days": "14", "is_active": "yes"})
    ada.post(f"{queue}/ways", data={"from": "category:NEW", "to": "category:OPEN", "fields": "product"})
    ada.post(f"{queue}/ways", data={"from": "", "to": "category:SOLVED", "confirmation": "Really?"})
    told = words(ada.get(queue).text)
    assert all(part in told for part in ("any that is new", "product", "Really?"))
    assert "opens it again within 14 days" in words(ada.get("/setup").text)
    ada.post(f"{queue}/drop", data={"place": "0"})
    assert "product" not in re.sub(r"<input[^>]*>", "", ada.get(queue).text)


def test_a_way_is_changed_where_it_stands_and_a_table_shows_from_where_to_where(office: Office) -> None:
    ada, queue = admin(office), f"/setup/queues/{office.world.billing}"
    ada.post(f"{queue}/ways", data={"do": "usual"})
    page = ada.get(queue).text
    from_new = re.findall(r"<th scope=.row.>new</th>(.*?)</tr>", page)[0]
    assert from_new.count('class="same"') == 1
    assert from_new.count('class="shut"') == 1, "from new a ticket goes everywhere but to closed"
    assert '<option value="category:OPEN" selected>' in ada.get(queue, params={"way": 1}).text
    changed = {"place": "1", "from": "category:NEW", "to": "category:OPEN", "fields": "agent"}
    assert ada.post(f"{queue}/ways", data=changed).status_code == 303
    assert "any that is new any that is open assignee" in words(ada.get(queue).text)
    wrong = ada.post(f"{queue}/ways", data={**changed, "to": "", "confirmation": "Sure?"})
    assert (wrong.status_code, 'value="Sure?"' in wrong.text) == (409, True)


def test_a_queue_is_made_below_another_and_never_below_itself(office: Office) -> None:
    ada = admin(office)
    form = {"name": "Invoices abroad", "parent": str(office.world.billing), "follow_up": "new", "is_active": "yes"}
    made = ada.post("/setup/queues/new", data=form).headers["location"]
    told = words(ada.get("/setup").text)
    assert "Invoices abroad Billing begins a new ticket" in told
    itself = ada.post(f"/setup/queues/{office.world.billing}", data={**form, "parent": made.rsplit("/", 1)[1]})
    assert itself.status_code == 409
    assert made.rsplit("/", 1)[1] not in ada.get(f"/setup/queues/{office.world.billing}").text
    taken = ada.post("/setup/queues/new", data=form)
    assert (taken.status_code, "is taken" in words(taken.text)) == (409, True)


def test_setting_up_is_for_administrators(office: Office) -> None:
    for who in ("ana", "cleo"):
        browser = office.browser(who)
        assert browser.get("/setup").status_code == 403
        assert browser.post("/setup/states/new", data={"name": "Mine", "category": "OPEN"}).status_code == 403
    assert admin(office).get("/setup/states/nonsense").status_code == 404


def test_how_many_customers_there_are_is_told_corrected_removed_and_refused_with_a_sentence(office: Office) -> None:
    ada = admin(office)

    def tell(**typed: str) -> Response:
        return ada.post("/setup/denominators/active_customers", data=typed)

    assert "Nobody has told yet." in words(ada.get("/setup/denominators").text)
    for count, since in (("4,200", "2026-01-01T00:00"), ("5000", "2026-02-01T00:00")):
        assert tell(count=count, since=since).headers["location"] == "/setup/denominators"
    page = ada.get("/setup/denominators").text
    (_, older) = re.findall(r'href="(/setup/denominators\?correct=[^"]+)"', page)
    assert "it holds 5 000" in words(page).replace(",", " ").replace("\u202f", " ").replace("\u00a0", " ")
    correcting = ada.get(html.unescape(older)).text
    (exactly,) = re.findall(r'name="exactly" value="([^"]+)"', correcting)
    assert 'value="4200"' in correcting
    assert tell(count="4 300", exactly=exactly).status_code == 303
    with office.database.reading() as session:
        assert [row.count for row in denominators(session)] == [5000, 4300]
    assert tell(count="", exactly=exactly, do="remove").status_code == 303
    assert tell(exactly=exactly, do="remove").status_code == 404
    with office.database.reading() as session:
        assert [row.count for row in denominators(session)] == [5000]
    for typed, sentence in (
        ({"count": "many"}, "as a whole number, such as 4200"),
        ({"count": "5", "since": "2999-01-01T00:00"}, "Nobody knows yet"),
        ({"count": "5", "since": "soon"}, "Say from when on as a day and a time"),
        ({"count": "5", "exactly": "2026"}, "Say from when on as a day and a time"),
    ):
        refused = tell(**typed)
        assert (refused.status_code, sentence in html.unescape(refused.text)) == (422, True), (typed, refused.text)
    assert 'value="many"' in tell(count="many").text
    assert ada.post("/setup/denominators/moons", data={"count": "5"}).status_code == 404
    assert "/audit?topic=denominator" in page
