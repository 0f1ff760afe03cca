"""Business calendars over HTTP. 2 March 2026 is a Monday."""

from typing import Any

import pytest

from core import clock
from tests.api.house import ApiHouse
from tests.sla.week import local

CALENDARS = "/api/v1/calendars"
WEEK = [
    {"day": day, "starts": starts, "ends": ends}
    for day in ("mon", "tue", "wed", "thu", "fri")
    for starts, ends in (("09:00", "12:00"), ("13:00", "17:00"))
]
OFFICE = {"zone": "Europe/Berlin", "weekly": WEEK}


def wish(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "definition": {**OFFICE, **more}}


def made(house: ApiHouse, name: str, **more: Any) -> str:
    answer = house.admin.post(CALENDARS, json=wish(name, **more))
    assert answer.status_code == 201, answer.text
    return f"{CALENDARS}/{answer.json()['id']}"


def test_administrators_set_calendars_up_and_colleagues_read_them(house: ApiHouse) -> None:
    assert house.ana.post(CALENDARS, json=wish("Mine")).status_code == 403
    address = made(house, "Berlin")
    told = house.ana.get(address).json()
    assert (told["name"], told["version"], told["definition"]["weekly"]) == ("Berlin", 1, WEEK)
    assert house.cleo.get(address).status_code == 403
    assert house.admin.post(CALENDARS, json=wish("Berlin")).json()["code"] == "name_taken"


def test_a_due_time_is_told(house: ApiHouse) -> None:
    address = made(house, "Due")
    query = {"start": local("2026-03-06 16:00").isoformat(), "seconds": 4 * 3600}
    assert house.ana.get(f"{address}/due", params=query).json()["due_at"] == "2026-03-09T11:00:00Z"
    span = {"start": "2026-03-02T10:00:00Z", "end": "2026-03-02T12:30:00.5Z"}
    assert house.ana.get(f"{address}/open-time", params=span).json()["open_seconds"] == 5400.5


def test_days_tell_hours_holidays_and_clock_changes(house: ApiHouse) -> None:
    address = made(house, "Days", holidays=[{"date": "2026-03-30", "name": "Stocktaking", "starts": "12:00"}])
    days = house.ana.get(f"{address}/days", params={"first": "2026-03-27", "count": 4}).json()["items"]
    assert [day["open_seconds"] // 3600 for day in days] == [7, 0, 0, 3]
    assert [day["clock_change_seconds"] for day in days] == [0, 0, 3600, 0]
    assert days[3]["holiday"] == "Stocktaking"


@pytest.mark.parametrize(
    ("definition", "code"),
    [
        ({"zone": "UTC"}, "calendar_never_opens"),
        ({"weekly": [{"day": "mon", "starts": "09:00", "ends": "09:00"}]}, "calendar_cannot_work"),
        ({"shifts": [{"date": "2026-01-01"}, {"date": "2026-01-01"}]}, "calendar_cannot_work"),
        ({"holidays": [{"date": "2026-01-01", "starts": "12:00", "ends": "11:00"}]}, "calendar_cannot_work"),
        ({"zone": "Mars/Olympus"}, "invalid"),
        ({"weekly": [{"day": "mon", "starts": "9", "ends": "10:00"}]}, "invalid"),
    ],
)
def test_what_cannot_work_is_refused(house: ApiHouse, definition: dict[str, Any], code: str) -> None:
    answer = house.admin.post(CALENDARS, json={"name": "No", "definition": {"zone": "Europe/Berlin", **definition}})
    assert answer.json()["code"] == code


def test_a_change_is_a_new_version_and_what_holds_already_is_none(house: ApiHouse) -> None:
    address = made(house, "Changing")
    assert house.admin.put(address, json=wish("Changing")).json()["version"] == 1
    later = wish("Changing", weekly=WEEK[:2]) | {"effective_from": "2090-01-01T00:00:00Z"}
    assert house.admin.put(address, json=later).json()["version"] == 2
    start = {"start": "2026-03-03T08:00:00Z", "seconds": 3600}
    assert house.ana.get(f"{address}/due", params=start).json()["version"] == 1
    assert [one["version"] for one in house.ana.get(f"{address}/versions").json()["items"]] == [2, 1]


def test_a_holiday_entered_late_is_previewed_and_accepted(house: ApiHouse) -> None:
    for client in (house.ana, house.admin):  # their tokens are made today, not in the past
        assert client.get(CALENDARS).status_code == 200
    with clock.at(local("2026-03-02 00:00")):
        address = made(house, "Late")
    late = wish("Late", holidays=[{"date": "2026-03-05"}]) | {"effective_from": "2026-03-05T00:00:00Z"}
    with clock.at(local("2026-03-09 00:00")):
        proposed = house.admin.put(address, json=late).json()
        assert (proposed["is_restatement"], proposed["accepted_at"]) == (True, None)
        assert house.ana.get(address).json()["proposed_version"] == 2
        listed = {one["name"]: one for one in house.ana.get(CALENDARS).json()["items"]}
        assert (listed["Late"]["zone"], listed["Late"]["proposed_version"]) == ("Europe/Berlin", 2)
        assert house.admin.put(address, json=wish("Late", weekly=WEEK[:2])).json()["code"] == "calendar_has_proposal"
        accept, token = f"{address}/versions/2/accept", {"preview_token": "0" * 32}
        assert house.admin.post(accept, json=token).json()["code"] == "no_preview"
        preview = house.admin.get(f"{address}/versions/2/preview").json()
        assert preview["changed"] == [{"date": "2026-03-05", "before_seconds": 7 * 3600, "after_seconds": 0}]
        assert preview["before_seconds"] - preview["after_seconds"] == 7 * 3600
        accepted = house.admin.post(accept, json={"preview_token": preview["preview_token"]})
        assert accepted.json()["accepted_at"] == "2026-03-08T23:00:00Z"
    start = {"start": "2026-03-05T08:00:00Z", "seconds": 3600}
    assert house.ana.get(f"{address}/due", params=start).json()["due_at"] == "2026-03-06T09:00:00Z"


def test_a_restatement_can_be_withdrawn_and_its_number_is_not_used_again(house: ApiHouse) -> None:
    address = made(house, "Withdrawn")
    past = wish("Withdrawn", holidays=[{"date": "2026-03-05"}]) | {"effective_from": "2026-03-05T00:00:00Z"}
    assert house.admin.put(address, json=past).json()["version"] == 2
    assert house.admin.post(f"{address}/versions/2/withdraw").json()["withdrawn_at"]
    assert house.admin.post(f"{address}/versions/2/withdraw").status_code == 409
    assert house.admin.put(address, json=wish("Withdrawn", weekly=WEEK[:2])).json()["version"] == 3


def test_a_queue_has_a_calendar(house: ApiHouse) -> None:
    calendar_id = made(house, "Of Billing").rpartition("/")[2]
    queue = f"/api/v1/queues/{house.world.billing}"
    answer = house.admin.put(queue, json={"name": "Billing", "calendar_id": calendar_id})
    assert answer.json()["calendar_id"] == calendar_id
    other = {"name": "Billing", "calendar_id": str(house.world.billing)}
    assert house.admin.put(queue, json=other).status_code == 404


def test_holidays_of_a_country_are_followed(house: ApiHouse) -> None:
    countries = {one["country"]: one for one in house.ana.get("/api/v1/holidays").json()["items"]}
    assert (countries["DE"]["name"], "BY" in countries["DE"]["subdivisions"]) == ("Germany", True)
    listed = house.ana.get("/api/v1/holidays/DE", params={"year": 2026, "subdivision": "BY"}).json()["items"]
    assert {"date": "2026-01-06", "name": "Epiphany"} in listed
    address = made(house, "Bavaria")
    source = {"kind": "country", "country": "DE", "subdivision": "BY"}
    answer = house.admin.post(f"{address}/holiday-sources", json=source)
    assert (answer.status_code, answer.json()["name"]) == (201, "Germany, BY")
    assert len(house.ana.get(address).json()["definition"]["holidays"]) > 30
    assert house.admin.post(f"{address}/holiday-sources", json=source | {"subdivision": "XX"}).status_code == 404
    assert house.admin.delete(f"{address}/holiday-sources/{answer.json()['id']}").status_code == 204
    assert house.ana.get(address).json()["definition"]["holidays"] == []


def test_the_address_of_a_feed_is_taken_and_not_told(house: ApiHouse) -> None:
    address = made(house, "Feed")
    feed = {"kind": "feed", "address": "https://calendar.example.com/private-7f3/basic.ics"}
    answer = house.admin.post(f"{address}/holiday-sources", json=feed)
    assert (answer.json()["name"], "private" in answer.text) == ("calendar.example.com", False)
    assert house.admin.post(f"{address}/holiday-sources", json=feed | {"address": "file:///x"}).status_code == 409
    content = {"name": "a.ics", "content": "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"}
    assert house.admin.post(f"{address}/holiday-files", json=content).status_code == 201
