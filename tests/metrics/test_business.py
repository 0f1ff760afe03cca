"""Durations in the hours in which somebody is at work, by the queue that the ticket was in at each time."""

from typing import Any

import duckdb
import pytest

from analytics import business_time, measure, tickets
from core import clock
from core.calendar import Calendar
from core.errors import Invalid
from core.events import CalendarDefined, CalendarRestated, QueueDefined
from core.ledger import Envelope
from tests.lake.history import History, house, uid
from tests.metrics.questions import utc
from tests.metrics.shelf import shelf
from tests.sla.week import office, weekdays

EVERY_DAY = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALWAYS = Calendar("UTC", weekdays(("00:00", "24:00"), days=EVERY_DAY))
NOON = Calendar("UTC", weekdays(("12:00", "13:00"), days=EVERY_DAY))
HOUR = 3600


@pytest.fixture(autouse=True)
def few_years(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hours are laid out for these years only: half a century takes longer."""
    monkeypatch.setattr(business_time, "FIRST_YEAR", 2025)
    monkeypatch.setattr(business_time, "LAST_YEAR", 2026)


def calendar(name: str, made: Calendar, since: str = "2025-01-01T00:00", version: int = 1, **more: Any) -> Envelope:
    said = CalendarDefined(
        calendar_id=uid(name), version=version, name=name, effective_from=utc(since), definition=made, **more
    )
    return house(utc(since), said, version)


def queue(
    name: str, calendar: str | None = None, parent: str | None = None, since: str = "2025-06-01T00:00"
) -> Envelope:
    said = QueueDefined(
        queue_id=uid(name), name=name, parent_id=parent and uid(parent), calendar_id=calendar and uid(calendar)
    )
    return house(utc("2025-06-01T00:00"), said, len(name))


def asked(lake: duckdb.DuckDBPyConnection, metric: str = "first_reply_time", **more: Any) -> list[int]:
    """The seconds of a duration in business hours."""
    with clock.at(utc("2026-12-01T00:00")):
        rows = tickets(metric, basis="business", lake=lake, **more)
        (row,) = measure(metric, basis="business", small="show", lake=lake, **more).iter_rows(named=True)
    assert row[f"{metric}_n"] == len(rows)
    assert row[f"{metric}_median"] == rows["seconds"].median()
    return sorted(rows["seconds"])


def weekend(history: History) -> Any:
    """Opened on Friday 9 January 2026 at 16:00 in Berlin, answered on Monday at 10:00."""
    return history.ticket(utc("2026-01-09T15:00"))


def test_a_night_and_a_weekend_do_not_count() -> None:
    history = History()
    weekend(history).reply(utc("2026-01-12T09:00"))
    house_events = [calendar("office", office()), queue("Billing", "office")]
    assert asked(shelf([*house_events, *history.events])) == [2 * HOUR]


def test_a_ticket_that_moves_changes_hours_with_its_queue() -> None:
    history = History()
    weekend(history).move(utc("2026-01-10T12:00"), "Technical").reply(utc("2026-01-10T14:00"))
    house_events = [
        calendar("office", office()), calendar("always", ALWAYS),
        queue("Billing", "office"), queue("Technical", "always"),
    ]  # fmt: skip
    assert asked(shelf([*house_events, *history.events])) == [3 * HOUR]


def test_a_queue_without_hours_goes_by_the_one_above_and_then_by_the_house() -> None:
    history = History()
    weekend(history).reply(utc("2026-01-12T09:00"))
    history.ticket(utc("2026-01-09T15:00"), queue="Technical").reply(utc("2026-01-12T09:00"))
    house_events = [
        calendar("noon", NOON), calendar("office", office(), since="2025-02-01T00:00"),
        queue("Money", "office"), queue("Billing", parent="Money"), queue("Technical"),
    ]  # fmt: skip
    assert asked(shelf([*house_events, *history.events])) == [2 * HOUR, 2 * HOUR]
    assert asked(shelf([*house_events, *history.events]), where={"queue": uid("Technical")}) == [2 * HOUR]
    (noon,) = asked(shelf([calendar("noon", NOON), queue("Billing"), *history.events[:2], history.events[2]]))
    assert noon == 2 * HOUR


def test_new_hours_hold_from_their_day_on() -> None:
    history = History()
    weekend(history).reply(utc("2026-01-12T09:00"))
    newer = calendar("office", NOON, since="2026-01-11T00:00", version=2)
    house_events = [calendar("office", office()), queue("Billing", "office")]
    assert asked(shelf([*house_events, *history.events, newer])) == [2 * HOUR]  # 16-17 on Friday, 12-13 on Sunday


def test_a_restatement_counts_from_when_it_was_accepted() -> None:
    history = History()
    weekend(history).reply(utc("2026-01-12T09:00"))
    proposed = calendar("office", ALWAYS, since="2026-01-05T00:00", version=2, is_restatement=True)
    accepted = house(
        utc("2026-01-12T08:30"),
        CalendarRestated(calendar_id=uid("office"), version=2, effective_from=utc("2026-01-05T00:00")),
    )
    house_events = [calendar("office", office()), queue("Billing", "office")]
    assert asked(shelf([*house_events, *history.events, proposed])) == [2 * HOUR]
    assert asked(shelf([*house_events, *history.events, proposed, accepted])) == [2 * HOUR]
    early = house(utc("2026-01-11T09:00"), CalendarRestated.model_validate(accepted.payload))
    assert asked(shelf([*house_events, *history.events, proposed, early])) == [25 * HOUR]


def test_waits_within_a_ticket_are_counted_in_its_hours() -> None:
    history = History()
    life = weekend(history).state(utc("2026-01-09T15:30"), "PENDING").state(utc("2026-01-12T08:30"), "OPEN")
    life.state(utc("2026-01-12T09:00"), "SOLVED")
    lake = shelf([calendar("office", office()), queue("Billing", "office"), *history.events])
    assert asked(lake, "agent_work_time") == [HOUR]
    assert asked(lake, "agent_wait_time") == [HOUR]
    assert asked(lake, "agent_work_time", as_of=utc("2026-01-13T00:00")) == [HOUR]


def test_a_breach_is_late_by_the_hours_of_its_own_promise() -> None:
    history = History()
    life = weekend(history)
    life.clock(utc("2026-01-09T15:00"), "first_reply", state="running", due=utc("2026-01-09T15:30"))
    lake = shelf([calendar("office", office()), queue("Billing", "office"), *history.events])
    (late,) = asked(lake, "sla_breach_magnitude", as_of=utc("2026-01-12T09:00"))
    assert late == (utc("2026-01-12T09:00") - utc("2026-01-09T15:30")).total_seconds()  # it counts all hours


def test_what_stands_ages_in_the_hours_of_its_queues() -> None:
    history = History()
    weekend(history).move(utc("2026-01-12T08:30"), "Technical")
    technical = [calendar("always", ALWAYS), queue("Technical", "always")]
    lake = shelf([calendar("office", office()), queue("Billing", "office"), *technical, *history.events])
    monday = utc("2026-01-12T10:00")
    assert asked(lake, "open_age", as_of=monday) == [3 * HOUR]  # 16-17 on Friday, 9:00-9:30 there, then all hours
    assert asked(lake, "silence", as_of=monday) == [3 * HOUR]
    with clock.at(monday):
        days = measure(
            ("open_age_max", "open_age_back_median", "open_age_3d"), grain="day", basis="business", small="show",
            since=utc("2026-01-09T00:00"), lake=lake,
        )  # fmt: skip
    assert days["open_age_max"].to_list() == [HOUR, HOUR, HOUR, 3 * HOUR]
    assert days["open_age_back_median"].to_list() == days["open_age_max"].to_list()
    assert days["open_age_3d"].to_list() == [0, 1, 1, 1], "how many are so many days old goes by the wall clock"


def test_counts_know_no_hours() -> None:
    with pytest.raises(Invalid, match="no duration"):
        measure("tickets_created", basis="business", lake=shelf([]))
    with pytest.raises(Invalid, match="by the wall clock"):
        measure("status_time_hours", basis="business", lake=shelf([]))
    with pytest.raises(Invalid, match="calendar, business"):
        measure("first_reply_time", basis="moon", lake=shelf([]))


def test_series_are_cut_as_ever() -> None:
    history = History()
    weekend(history).reply(utc("2026-01-12T09:00"))
    lake = shelf([calendar("office", office()), queue("Billing", "office"), *history.events])
    with clock.at(utc("2026-12-01T00:00")):
        found = measure("first_reply_time_mean", grain="day", basis="business", since=utc("2026-01-11T00:00"),
                        until=utc("2026-01-13T00:00"), lake=lake)  # fmt: skip
    assert found["first_reply_time_mean"].to_list() == [None, 2.0 * HOUR]
