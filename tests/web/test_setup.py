"""Administrators set up states, follow-ups and ways on pages."""

import re

from starlette.testclient import TestClient

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
        "reopen_to": "", "sla_pause": "next_reply, resolution", "is_active": "yes",
    }  # fmt: skip
    assert ada.post("/setup/states/new", data=form).status_code == 303
    page = ada.get("/setup").text
    assert "after 36 hours to open" in words(page)
    assert "next reply, resolution" in words(page)
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


def test_a_queues_follow_up_and_ways_are_set_on_a_page(office: Office) -> None:
    ada, queue = admin(office), f"/setup/queues/{office.world.technical}"
    ada.post(queue, data={"follow_up": "reopen", "reopen_days": "14"})
    ada.post(f"{queue}/ways", data={"from": "category:NEW", "to": "category:OPEN", "fields": "product"})
    ada.post(f"{queue}/ways", data={"from": "", "to": "category:SOLVED", "confirmation": "Really?"})
    told = words(ada.get(queue).text)
    assert all(part in told for part in ("any that is new", "product", "Really?"))
    assert "opens it again within 14 days" in words(ada.get("/setup").text)
    ada.post(f"{queue}/drop", data={"place": "0"})
    assert "product" not in re.sub(r"<input[^>]*>", "", ada.get(queue).text)


def test_setting_up_is_for_administrators(office: Office) -> None:
    for who in ("ana", "cleo"):
        browser = office.browser(who)
        assert browser.get("/setup").status_code == 403
        assert browser.post("/setup/states/new", data={"name": "Mine", "category": "OPEN"}).status_code == 403
    assert admin(office).get("/setup/states/nonsense").status_code == 404
