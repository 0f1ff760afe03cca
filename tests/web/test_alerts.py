"""The pages of alerts: a form that tries itself on the past, a list of what stands how, and notices."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
import sqlalchemy as sa
from sqlmodel import col

from analytics.alerting.judge import Verdict
from analytics.lake import open_reader
from app.alerts.row import Alert
from app.alerts.watching import look
from app.web.alert_chart import drawn
from app.web.alert_form import FRESH
from core import clock
from dashboards.asked import Asked
from dashboards.cell import read_cell
from dashboards.drawer import alert_link
from tests.etl.company import carry_all
from tests.web.office import Office, words
from tests.web.test_dashboards import asked
from tests.world import at

FULL = {**FRESH, "name": "Full", "metric": "tickets_created", "limit": "2", "do": "save"}


@pytest.fixture(scope="module")
def desk(office: Office) -> Iterator[Office]:
    """On Wednesday, with three tickets of Tuesday at ten in its lake."""
    for minute in (0, 10, 20):
        office.ticket(opened=f"tue 10:{minute:02}")
    carry_all(office.settings)
    with clock.at(at("wed 9:00")):
        yield office


def watched(desk: Office, name: str, when: str) -> None:
    """The alert of that name is looked at."""
    with clock.at(at(when)), open_reader(desk.settings) as lake, desk.database.transaction() as session:
        look(session, session.execute(sa.select(col(Alert.id)).where(col(Alert.name) == name)).scalar_one(), lake)


def test_a_form_says_what_it_would_have_told_before_it_is_saved(desk: Office) -> None:
    ana = desk.browser("ana")
    assert "Write a limit" in ana.get("/alerts/new?metric=tickets_created").text
    looked = ana.post("/alerts", data={**FULL, "do": "preview"}).text
    assert "It would have fired once." in words(looked)
    assert looked.count('class="band"') == 1
    assert "Zero is within the usual in every hour: nothing can be unusually low then." in words(
        ana.post("/alerts", data={**FULL, "kind": "anomaly", "do": "preview"}).text
    )
    assert "No alerts yet" in ana.get("/alerts").text


def test_what_is_saved_fires_is_a_notice_and_opens_as_it_was_typed(desk: Office) -> None:
    ana = desk.browser("ana")
    assert ana.post("/alerts", data={**FULL, "name": "Many", "where": "queue:Billing"}).headers["location"] == "/alerts"
    watched(desk, "Many", "tue 10:59")
    listed = words(ana.get("/alerts").text)
    assert "Many Tickets created: above 2 in an hour queue:Billing 3 Firing since" in listed
    assert "Tickets created is 3, above 2 (the hour from 10:00 on Tue 6 Jan)." in ana.get("/notices").text
    assert ana.get("/signs").json()["notices"] == 1
    ana.post("/notices/seen", data={})
    assert ana.get("/signs").json()["notices"] == 0
    address = ana.get("/alerts").text.split('<th scope="row"><a href="')[1].split('"')[0]
    page = ana.get(address).text
    assert 'value="queue:Billing"' in page
    assert "still on" in page
    assert ana.post(address, data={**FULL, "do": "remove"}).headers["location"] == "/alerts"
    assert desk.browser("dov").get(address).status_code == ana.get(address).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"limit": "many"}, "Write a number for the limit."),
        ({"limit": "2h"}, "Write a number for the limit."),
        ({"metric": "first_reply_time_p90", "limit": "90 %"}, "Write a time such as 45m"),
        ({"metric": "nothing"}, "There is no metric called"),
        ({"where": "queue:Biling"}, "There is no queue"),
        ({"kind": "burn"}, "no share of good and bad"),
        ({"kind": "anomaly", "seasons": "2"}, "Seasons"),
        ({"kind": ""}, "Choose what makes the number worth a message."),
        ({"quiet_from": "22:00"}, "a beginning and an end"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(desk: Office, wrong: dict[str, str], told: str) -> None:
    answer = desk.browser("ana").post("/alerts", data={**FULL, **wrong})
    assert answer.status_code == 422
    assert told in words(answer.text).replace("&#39;", "'")
    assert 'value="Full"' in answer.text


@pytest.mark.parametrize(
    "typed",
    [
        {"metric": "first_reply_time_p90", "limit": "2h", "back": "90m"},
        {"metric": "sla_attainment", "side": "below", "limit": "92.5 %"},
        {"metric": "sla_attainment", "kind": "burn", "objective": "99.5", "factor": "14.4", "points": "3"},
        {"kind": "anomaly", "unusual": "above", "width": "2", "seasons": "12"},
        {"kind": "freshness", "age": "45m", "quiet_from": "22:00", "quiet_until": "07:00"},
    ],
)
def test_a_saved_form_opens_as_it_was_typed_and_so_for_whoever_gets_its_address(
    desk: Office, typed: dict[str, str]
) -> None:
    ana = desk.browser("ana")
    name = f"As typed: {typed}"[:100]
    answer = ana.post("/alerts", data={**FULL, "name": name, **typed})
    assert answer.status_code == 303, words(answer.text)
    with desk.database.reading() as session:
        alert_id = session.execute(sa.select(col(Alert.id)).where(col(Alert.name) == name)).scalar_one()
    page = ana.get(f"/alerts/{alert_id}").text
    (address,) = re.findall(r'"(/alerts/new\?[^"]+)"', page)
    same = desk.browser("dov").get(unescape(address)).text
    for shown in (page, same):
        assert [value for value in typed.values() if f'value="{value}"' in shown] == list(typed.values())


def test_a_number_of_a_dashboard_becomes_an_alert_on_the_same_tickets() -> None:
    page: Asked = asked("?period=today&queue=Billing&queue=Sales")
    link = alert_link(read_cell("queue_depth~~priority:high"), page).children.href
    assert link == (
        "/alerts/new?metric=queue_depth&where=queue%3ABilling%2C+queue%3ASales%2C+priority%3Ahigh&grain=hour"
    )


def test_the_past_is_drawn_with_its_limits_and_the_times_beyond() -> None:
    verdicts = [
        Verdict(at("mon 9:00"), value, beyond, high=2)
        for value, beyond in ((0, False), (4, True), (None, None), (4, True), (1, False))
    ]
    drawing = drawn(verdicts)
    assert drawing is not None
    assert drawing.bands == [(120.0, 360.0)], "what says nothing changes nothing"
    assert drawing.line == "M60.0 110.4L180.0 9.6M420.0 9.6L540.0 85.2"
    assert drawn([Verdict(at("mon 9:00"), None, None)]) is None
