"""Looking at numbers: told once when it begins, once when it is over, each through the eyes of whose alert it is."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from app.alerts.row import Alert
from app.alerts.telling import mail_time
from app.alerts.watching import watch
from app.checks.look import keep
from core import clock
from etl.laws.law import Law
from etl.verify import DEPTHS
from tests.alerts.conftest import ABOVE_TWO, Watch
from tests.etl.company import carry_all
from tests.world import at


def test_it_is_told_once_when_it_begins_and_once_when_it_is_over(house: Watch) -> None:
    alert = house.alert(metric="tickets_created")
    for when in ("tue 9:59", "tue 10:59", "tue 10:59:30", "tue 11:01", "tue 11:30"):
        house.look(alert, when)
    assert house.told(alert) == ["fired", "recovered"]
    (firing,) = house.ana.get(f"/api/v1/alerts/{alert}/firings").json()["items"]
    assert (firing["value"], firing["high"], firing["point_at"][:16]) == (4, 2, "2026-01-06T10:00")
    assert firing["began_at"][:16] == "2026-01-06T10:59"
    assert "drill=tickets_created~2026-01-06T10%3A00" in firing["href"].replace("%7E", "~")


def test_a_level_is_what_it_is_now(house: Watch) -> None:
    alert = house.alert(where=["queue:Billing"])
    house.look(alert, "tue 10:21")
    assert house.row(alert).value == 4
    house.look(alert, "tue 12:30")
    assert (house.row(alert).value, house.told(alert)) == (3, ["fired"])


def test_each_alert_sees_what_its_owner_sees(house: Watch) -> None:
    of_bo, of_dov = house.alert("bo"), house.alert("dov")
    for alert in (of_bo, of_dov):
        house.look(alert, "wed 9:00")
    assert (house.row(of_bo).value, house.row(of_dov).value) == (1, 4)
    assert (house.told(of_bo), house.told(of_dov)) == ([], ["fired"])


def test_what_is_not_over_is_not_yet_too_little(house: Watch) -> None:
    alert = house.alert(metric="tickets_created", condition={"kind": "threshold", "side": "below", "limit": 1})
    house.look(alert, "tue 10:01")
    assert house.told(alert) == ["fired"], "nothing came from nine to ten"
    house.look(alert, "tue 11:01")
    assert house.told(alert) == ["fired", "recovered"], "the running hour says nothing"


def test_old_numbers_are_told_of_and_so_are_unreachable_ones(house: Watch) -> None:
    alert = house.alert(condition={"kind": "freshness", "seconds": 600})
    with house.database.reading() as session:
        known = "select recorded_at from event join follower using (position) where name = 'lake'"
        newest = session.execute(sa.text(known)).scalar_one()
    house.look(alert, newest + timedelta(seconds=500))
    assert house.told(alert) == []
    house.look(alert, newest + timedelta(seconds=700))
    house.look(alert, newest + timedelta(seconds=800), blind=True)
    assert house.told(alert) == ["fired"]


def test_without_the_lake_other_alerts_wait_and_say_so(house: Watch) -> None:
    alert = house.alert()
    house.look(alert, "wed 9:00", blind=True)
    assert (house.told(alert), house.row(alert).trouble[:11]) == ([], "The numbers")


def test_what_cannot_be_asked_any_more_is_told_once(house: Watch) -> None:
    alert = house.alert()
    with house.database.transaction() as session:
        session.execute(
            sa.text('update alert set metric = \'wip\', "where" = \'{"target": ["x"]}\' where id = :id'), {"id": alert}
        )
    house.look(alert, "wed 9:00")
    house.look(alert, "wed 9:01")
    assert house.told(alert) == ["troubled"]


def test_a_worker_looks_at_all_that_are_on(house: Watch) -> None:
    alert, off = house.alert(), house.alert(is_on=False)
    with clock.at(at("wed 9:30")):
        assert watch(house.settings) >= 1
    assert house.row(alert).looked_at == at("wed 9:30")
    assert house.row(off).looked_at is None


@pytest.mark.parametrize(
    ("hours", "now", "wanted"),
    [
        (("22:00", "07:00"), "2026-01-06T23:30+01:00", "2026-01-07T07:00+01:00"),
        (("22:00", "07:00"), "2026-01-07T06:59+01:00", "2026-01-07T07:00+01:00"),
        (("22:00", "07:00"), "2026-01-07T07:00+01:00", "2026-01-07T07:00+01:00"),
        (("12:00", "13:00"), "2026-01-07T12:10+01:00", "2026-01-07T13:00+01:00"),
        (("12:00", "13:00"), "2026-01-07T11:10+01:00", "2026-01-07T11:10+01:00"),
        ((None, None), "2026-01-07T11:10+01:00", "2026-01-07T11:10+01:00"),
    ],
)
def test_mail_waits_for_the_end_of_quiet_hours(hours: tuple[str | None, str | None], now: str, wanted: str) -> None:
    alert = Alert(
        owner_id=UUID(int=1), name="A", metric="backlog", grain="hour", condition=ABOVE_TWO, quiet_from=hours[0],
        quiet_until=hours[1], created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    found = mail_time(alert, ZoneInfo("Europe/Berlin"), datetime.fromisoformat(now))
    assert found == datetime.fromisoformat(wanted)


def test_a_gap_between_the_numbers_is_told_of_to_who_sees_everything(house: Watch) -> None:
    for when, wrong in (("tue 10:02", 0), ("tue 10:04", 3), ("tue 10:06", 3), ("tue 11:02", 1), ("tue 11:04", 0)):
        with clock.at(at(when)), house.database.transaction() as session:
            keep(session, [Law(DEPTHS, 50, wrong, (), 0.1)], 1)
    carry_all(house.settings)
    wish = {"metric": "reconciliation_gap", "condition": {"kind": "threshold", "side": "above", "limit": 0}}
    hours = "reconciliation_gap,reconciliation_gap_looks?grain=hour&since=2026-01-06T09:00Z&until=2026-01-06T12:00Z"
    rows = house.admin.get(f"/api/v1/metrics/{hours}").json()["rows"]
    assert [[*row.values()][1:] for row in rows] == [[None, 0], [3, 2], [1, 2]]
    (once,) = house.admin.post("/api/v1/alerts/preview", json={"name": "Gap", **wish}).json()["firings"]
    assert (once["began_at"][:13], once["value"]) == ("2026-01-06T10", 3)
    alert = house.alert("admin", **wish)
    for when in ("tue 10:03", "tue 10:05", "tue 10:59", "tue 12:30"):
        house.look(alert, when)
    assert house.told(alert) == ["fired"]
    with clock.at(at("tue 12:31")), house.database.transaction() as session:
        keep(session, [Law(DEPTHS, 50, 0, (), 0.1)], 1)
    carry_all(house.settings)
    house.look(alert, "tue 12:32")
    assert house.told(alert) == ["fired", "recovered"]
    assert house.admin.get(f"/api/v1/alerts/{alert}/firings").json()["items"][0]["href"] == "/health"
    for address, body in (("alerts", {"name": "Gap", **wish}), ("alerts/preview", {"name": "Gap", **wish})):
        assert house.dov.post(f"/api/v1/{address}", json=body).status_code == 403
    assert house.dov.get("/api/v1/metrics/reconciliation_gap").status_code == 403
    assert "no number of tickets" in house.admin.get("/api/v1/metrics/reconciliation_gap/tickets").text
    assert "by anything else" in house.admin.get("/api/v1/metrics/reconciliation_gap?by=queue").text
