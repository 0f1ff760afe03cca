"""Administrators set up custom fields on pages: what changes is shown before it is kept, and what agents will see."""

import re

import pytest
from starlette.testclient import TestClient

from app.fields.setup import newest, versions
from core.actor import Role
from tests.web.office import Office, words

LOOK = {"do": "look"}
PRODUCT = {
    "do": "save", "type": "choice", "label": "Product line", "option.0": "Printer", "value.0": "printer",
    "offered.0": "yes", "option.1": "Scanner", "offered.1": "yes", "paste": "cloud | Cloud service\n", "sort": "10",
    "audience": "staff",
}  # fmt: skip


@pytest.fixture(scope="module")
def ada(office: Office) -> TestClient:
    """An administrator's browser."""
    with office.database.transaction() as session:
        office.world.session = session
        office.world.ada = office.world.person("Ada", Role.ADMIN)  # type: ignore[attr-defined]
    return office.browser("ada")


def as_kept(office: Office, key: str) -> dict[str, object]:
    with office.database.reading() as session:
        found = newest(session, key)
        assert found
        return found.model_dump(mode="json")


def test_a_field_with_options_is_set_up_and_gets_its_key_from_its_name(office: Office, ada: TestClient) -> None:
    assert "One of several" in words(ada.get("/setup/new-field").text)
    seen = ada.post("/setup/new-field", data={**PRODUCT, **LOOK})
    assert "Product line" in words(seen.text.partition("As agents will see it")[2])
    assert ada.post("/setup/new-field", data=PRODUCT).headers["location"] == "/setup/fields"
    options = [(one["value"], one["label"]) for one in as_kept(office, "product_line")["choices"]]  # type: ignore[attr-defined]
    assert options == [("printer", "Printer"), ("Scanner", None), ("cloud", "Cloud service")]
    assert "Printer, Scanner, Cloud service" in words(ada.get("/setup/fields").text)


def test_a_change_is_told_before_it_is_kept_as_a_new_version(office: Office, ada: TestClient) -> None:
    ada.post("/setup/new-field", data={**PRODUCT, "label": "Told", "key": "told"})
    form = {**PRODUCT, "key": "told", "label": "Told again", "required_on": "close", "value.2": "cloud",
            "option.2": "Cloud service", "offered.2": "yes"}  # fmt: skip
    seen = words(ada.post("/setup/fields/told", data={**form, **LOOK}).text)
    assert "What version 2 changes Name Told → Told again" in seen
    assert "Needed for closing" in seen
    assert "Option" not in seen.partition("What version 2")[2].partition("Keep as")[0]
    assert as_kept(office, "told")["version"] == 1
    assert ada.post("/setup/fields/told", data=form).status_code == 303
    assert as_kept(office, "told")["version"] == 2


def test_an_option_that_tickets_may_carry_stays_when_it_is_left_out(office: Office, ada: TestClient) -> None:
    ada.post("/setup/new-field", data={**PRODUCT, "label": "Stays"})
    left = {name: text for name, text in PRODUCT.items() if name not in ("paste", "option.1", "offered.1")}
    ada.post("/setup/fields/stays", data={**left, "label": "Stays"})
    options = {one["value"]: one["is_active"] for one in as_kept(office, "stays")["choices"]}  # type: ignore[attr-defined]
    assert options == {"printer": True, "Scanner": False, "cloud": False}


def test_options_change_places_without_being_kept(office: Office, ada: TestClient) -> None:
    ada.post("/setup/new-field", data={**PRODUCT, "label": "Places"})
    moved = ada.post("/setup/fields/places", data={**PRODUCT, "label": "Places", "do": "down:0"}).text
    assert re.findall(r'name="value\.\d" value="([^"]+)"', moved)[:2] == ["Scanner", "printer"]
    assert as_kept(office, "places")["version"] == 1


def test_a_field_hangs_on_another_by_ticks(office: Office, ada: TestClient) -> None:
    ada.post("/setup/new-field", data={**PRODUCT, "label": "Device"})
    serial = {"do": "save", "type": "text", "label": "Serial", "pattern": "[A-Z]{2}[0-9]+", "sort": "20",
              "audience": "staff", "when.device": ["printer", "Scanner"]}  # fmt: skip
    seen = words(ada.post("/setup/new-field", data={**serial, **LOOK}).text)
    assert "Only when Device is Printer or Scanner" in seen
    assert "This field is not asked for on such a ticket" in seen
    tried = words(ada.post("/setup/new-field", data={**serial, **LOOK, "field.device": "printer"}).text)
    assert "This field is not asked for on such a ticket" not in tried
    ada.post("/setup/new-field", data=serial)
    assert as_kept(office, "serial")["when"] == [{"on": "field", "field": "device", "values": ["printer", "Scanner"]}]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"label": ""}, "Give the field a name."),
        ({"value.0": "a,b"}, "neither a comma nor a bar"),
        ({"value.0": "Scanner"}, "Two choices have the same value"),
        ({"key": "Not A Key"}, "A key is made of small letters"),
    ],
)
def test_what_cannot_work_is_refused_with_what_was_typed(ada: TestClient, wrong: dict[str, str], sentence: str) -> None:
    answer = ada.post("/setup/new-field", data={**PRODUCT, "help": "What was bought", **wrong})
    assert answer.status_code in (409, 422)
    assert sentence in words(answer.text)
    assert 'value="What was bought"' in answer.text


def test_a_retired_field_is_asked_for_no_more_until_it_is_taken_up_again(office: Office, ada: TestClient) -> None:
    ada.post("/setup/new-field", data={**PRODUCT, "label": "Fax number", "type": "text"})
    ada.post("/setup/fields/fax_number", data={"do": "retire"})
    assert as_kept(office, "fax_number")["is_active"] is False
    assert "1 retired" in words(ada.get("/setup/fields").text)
    ada.post("/setup/fields/fax_number", data={"do": "restore"})
    with office.database.reading() as session:
        assert [row.shape["is_active"] for row in versions(session, "fax_number")] == [True, False, True]


def test_a_field_goes_up_and_the_others_stay_as_they_are(office: Office, ada: TestClient) -> None:
    for n, label in enumerate(("First", "Second", "Third")):
        ada.post("/setup/new-field", data={**PRODUCT, "label": label, "type": "text", "sort": str(5000 + 10 * n)})
    ada.post("/setup/fields/third/move", data={"do": "up"})
    places = {key: as_kept(office, key)["sort"] for key in ("first", "second", "third")}
    assert places == {"first": 5000, "second": 5021, "third": 5020}
    assert as_kept(office, "third")["version"] == 1


def test_boxes_of_a_field_with_several_values_become_one_value(office: Office, ada: TestClient) -> None:
    ada.post("/setup/new-field", data={**PRODUCT, "label": "Parts", "type": "multi_choice"})
    ticket, ana = office.ticket(opened="mon 9:00"), office.browser("ana")
    form = {"version": str(office.version(ticket)), "field.parts": ["", "cloud", "printer"]}
    assert ana.post(f"/tickets/{ticket.number}/fields", data=form).status_code == 303
    page = ana.get(f"/tickets/{ticket.number}").text
    assert re.findall(r'name="field\.parts" value="(\w+)" checked', page) == ["printer", "cloud"]
    emptied = {"version": str(office.version(ticket)), "field.parts": ""}
    ana.post(f"/tickets/{ticket.number}/fields", data=emptied)
    assert not re.findall(r'name="field\.parts" value="\w+" checked', ana.get(f"/tickets/{ticket.number}").text)


def test_a_time_is_typed_in_the_readers_own_zone(office: Office, ada: TestClient) -> None:
    ada.post("/setup/new-field", data={**PRODUCT, "label": "Visit", "type": "datetime"})
    ticket, ana = office.ticket(opened="mon 9:00"), office.browser("ana")
    with office.database.transaction() as session:
        session.merge(office.world.ana).timezone = "Europe/Berlin"
    office.application.state.desk.doorkeeper.forget_all()
    form = {"version": str(office.version(ticket)), "field.visit": "2026-07-01T09:30"}
    assert ana.post(f"/tickets/{ticket.number}/fields", data=form).status_code == 303
    assert 'value="2026-07-01T09:30"' in ana.get(f"/tickets/{ticket.number}").text
    assert ana.get("/api/v1/tickets/" + str(ticket.id)).json()["custom"]["visit"] == "2026-07-01T07:30:00Z"


def test_the_thread_tells_a_field_by_its_name_and_its_value_in_words(office: Office, ada: TestClient) -> None:
    ada.post("/setup/new-field", data={**PRODUCT, "label": "Machine"})
    ticket, ana = office.ticket(opened="mon 9:00"), office.browser("ana")
    ana.post(f"/tickets/{ticket.number}/fields", data={"version": str(ticket.version), "field.machine": "printer"})
    assert "set Machine to Printer" in words(ana.get(f"/tickets/{ticket.number}").text)
