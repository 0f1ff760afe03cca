"""Promises written by hand, and the numbers that they must give (METRICS.md 48 to 56)."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import duckdb
import pytest

from analytics import measure, tickets
from app.sla.clock import clock_of
from app.sla.contested import contested_spans
from app.sla.remaining import due_of
from app.sla.rules import Rules
from core import clock
from core.events import CalendarDefined
from core.upcasters import read_event
from tests.lake.history import History, house, overnight, uid
from tests.metrics.shelf import shelf
from tests.sla.week import local, office
from tests.world import at


def said(lake: duckdb.DuckDBPyConnection, name: str, now: str, **asked: Any) -> Any:
    """A single number, asked at an instant."""
    with clock.at(at(now)):
        return measure(name, **asked, lake=lake)[name].item()


def test_an_open_breach_counts_from_its_due_instant_on_and_is_late_right_after_it() -> None:
    history = History()
    history.ticket("mon 9:00").clock("mon 9:00", due="mon 10:00")
    lake = shelf(history.events)
    assert [said(lake, "sla_attainment_due", now) for now in ("mon 9:59", "mon 10:00")] == [0, 1]
    assert said(lake, "sla_attainment", "mon 10:00") == 0
    assert [said(lake, "sla_open_breached", now) for now in ("mon 10:00", "mon 10:00:01", "tue 9:00")] == [0, 1, 1]


def test_attainment_by_fulfilment_hides_what_is_open() -> None:
    history = History()
    history.ticket("mon 9:00").clock("mon 9:00", due="mon 10:00")
    history.ticket("mon 9:00").clock("mon 9:00", due="mon 10:00").clock("mon 9:30", due="mon 10:00", state="fulfilled")
    lake = shelf(history.events)
    assert said(lake, "sla_attainment", "mon 12:00") == 0.5
    assert said(lake, "sla_attainment_fulfilled", "mon 12:00") == 1


def test_ten_clocks_of_a_week_by_their_due_times_and_by_their_fulfilment() -> None:
    """METRICS.md 3: six met, two fulfilled late, two still open: 60 % by due time, 75 % by fulfilment."""
    history = History()
    for ended in (*["mon 9:30"] * 6, *["tue 9:00"] * 2, None, None):
        life = history.ticket("mon 9:00").clock("mon 9:00", due="mon 10:00")
        if ended:
            life.clock(ended, due="mon 10:00", state="fulfilled")
    lake = shelf(history.events)
    numbers = [said(lake, name, "fri 12:00") for name in ("sla_attainment", "sla_attainment_fulfilled")]
    assert numbers == [0.6, 0.75]


def test_what_is_called_off_before_it_is_due_was_no_promise_and_a_breach_stays_one() -> None:
    history = History()
    for end in ("mon 9:30", "mon 10:30"):
        history.ticket("mon 9:00").clock("mon 9:00", due="mon 10:00").clock(end, due="mon 10:00", state="cancelled")
    lake = shelf(history.events)
    assert [said(lake, name, "tue 9:00") for name in ("sla_attainment_due", "sla_breaches")] == [1, 1]


def test_one_missed_clock_makes_a_ticket_late_however_many_were_met() -> None:
    history = History()
    life = history.ticket("mon 9:00").clock("mon 9:00", due="mon 10:00")
    for name in ("second", "third", "fourth"):
        life.clock("mon 9:00", name, due="mon 10:00").clock("mon 9:10", name, due="mon 10:00", state="fulfilled")
    lake = shelf(history.events)
    assert said(lake, "sla_attainment", "mon 11:00") == 0.75
    assert said(lake, "ticket_sla_attainment", "mon 11:00") == 0


def test_a_quarter_missed_burns_five_times_what_one_in_twenty_allows() -> None:
    history = History()
    history.ticket("mon 9:00").clock("mon 9:00", due="mon 10:00")
    for _ in range(3):
        life = history.ticket("mon 9:00").clock("mon 9:00", due="mon 10:00")
        life.clock("mon 9:10", due="mon 10:00", state="fulfilled")
    assert said(shelf(history.events), "sla_burn", "mon 11:00") == pytest.approx(5)


def test_lateness_ends_with_the_clock_and_goes_on_while_it_is_open() -> None:
    history = History()
    history.ticket("mon 9:00").clock("mon 9:00", due="mon 10:00").clock("mon 10:42", due="mon 10:00", state="fulfilled")
    lake = shelf(history.events)
    assert [said(lake, "sla_breach_magnitude_mean", now) for now in ("mon 11:00", "fri 9:00")] == [42 * 60] * 2
    as_of = at("mon 10:12")
    assert said(lake, "sla_breach_magnitude_mean", "fri 9:00", as_of=as_of) == 12 * 60


def test_a_breach_is_the_queue_s_that_had_the_ticket_when_it_was_due() -> None:
    history = History()
    life = history.ticket("mon 9:00", queue="Billing").clock("mon 9:00", due="mon 10:00")
    life.move("mon 9:50", "Technical").move("mon 10:10", "Sales")
    with clock.at(at("tue 9:00")):
        found = measure("sla_breaches", by="queue", lake=shelf(history.events))
        open_now = measure("sla_open_breached", by="queue", lake=shelf(history.events))
    assert dict(found.select("queue", "sla_breaches").iter_rows()) == {"Technical": 1}
    assert dict(open_now.select("queue", "sla_open_breached").iter_rows()) == {"Sales": 1}


def test_a_ticket_with_two_broken_promises_is_one_late_ticket() -> None:
    history = History()
    both = history.ticket("mon 9:00").clock("mon 9:00", due="mon 10:00").clock("mon 9:00", "other", due="mon 11:00")
    both.clock("mon 12:00", due="mon 10:00", state="fulfilled").move("mon 13:00", "Sales")
    both.clock("mon 14:00", "other", due="mon 11:00", state="fulfilled")
    history.ticket("mon 9:00").clock("mon 9:00", due="mon 13:30")
    lake = shelf(history.events)
    looks = ("mon 9:30", "mon 10:30", "mon 11:30", "mon 12:30", "mon 13:10", "mon 13:40", "mon 14:30")
    clocks, late = ([said(lake, name, "tue 9:00", as_of=at(look)) for look in looks]
                    for name in ("sla_open_breached", "sla_open_breached_tickets"))  # fmt: skip
    assert (clocks, late) == ([0, 1, 2, 1, 1, 2, 1], [0, 1, 1, 1, 1, 2, 1])
    assert len(tickets("sla_open_breached_tickets", as_of=at("mon 11:30"), lake=lake)) == 1


def test_a_night_is_not_spent_by_a_clock_that_counts_business_hours() -> None:
    """The office opens Monday to Friday from 9 to 12 and 13 to 17; half an hour is left at 16:45 of a due Tue 9:15."""
    history = History()
    event = CalendarDefined(
        calendar_id=uid("office"), version=1, name="Office", effective_from=local("2026-01-01 00:00"),
        definition=office(),
    )  # fmt: skip
    history.ticket(local("2026-01-05 09:00")).happens(local("2026-01-05 16:15"), overnight(uid("office")), "Robot")
    lake = shelf([house("mon 0:00", event), *history.events], {"calendar": ("office",)})
    with clock.at(local("2026-01-06 12:00")):
        assert measure("sla_breaches", by="calendar", lake=lake)["calendar"].to_list() == ["office"]
    looks = ("2026-01-05 16:44", "2026-01-05 16:45", "2026-01-06 03:00", "2026-01-06 09:15", "2026-01-06 09:16")
    risks = []
    for look in looks:
        with clock.at(local(look).astimezone(UTC)):
            risks.append(measure("sla_at_risk", lake=lake).item())
    assert risks == [0, 1, 1, 1, 0]


def test_coverage_counts_tickets_that_nothing_was_promised_for() -> None:
    history = History()
    history.ticket("mon 9:00").clock("mon 9:00", due="mon 10:00")
    history.ticket("mon 9:00")
    lake = shelf(history.events)
    assert said(lake, "sla_coverage", "tue 9:00") == 0.5
    assert said(lake, "sla_coverage", "tue 9:00", as_of=datetime(2026, 1, 5, 8, 59, tzinfo=UTC)) is None


def test_a_solve_without_the_reply_voids_a_promise_and_voids_are_counted() -> None:
    history = History()
    life = history.ticket("mon 9:00").clock("mon 9:00", due="mon 10:00").state("mon 9:30", "SOLVED")
    life.clock("mon 9:30", due="mon 10:00", state="cancelled", reason="solved")
    late = history.ticket("mon 9:00").clock("mon 9:00", due="mon 10:00").state("mon 11:00", "SOLVED")
    late.clock("mon 11:00", due="mon 10:00", state="cancelled", reason="solved")
    lake = shelf(history.events)
    assert [said(lake, name, "tue 9:00") for name in ("sla_voids", "sla_attainment_due", "sla_breaches")] == [1, 1, 1]
    with clock.at(at("tue 9:00")):
        assert tickets("sla_voids", lake=lake)["category"].to_list() == ["SOLVED"]


def test_a_pause_is_contested_while_a_customer_waits_in_it() -> None:
    history = History()
    fair = history.ticket("mon 9:00").reply("mon 9:30").state("mon 9:30", "PENDING")
    fair.customer("mon 12:00").reply("mon 14:00")
    history.ticket("mon 9:00").state("mon 9:05", "PENDING").reply("mon 10:05")  # passed back unread
    history.ticket("mon 9:00").state("mon 9:30", "PENDING").reply("mon 11:00")  # after half an hour of thought
    assert said(shelf(history.events), "contested_pause_hours", "tue 9:00") == pytest.approx(2 + 1)


def test_a_second_word_of_a_customer_contests_a_pause_as_well_as_the_first() -> None:
    """In the pause from when it came; less than ten minutes before it, from its beginning."""
    history = History()
    life = history.ticket("mon 9:00").state("mon 9:30", "PENDING").customer("mon 11:00").state("mon 12:00", "OPEN")
    life.customer("mon 12:51").state("mon 13:00", "PENDING").state("mon 14:00", "OPEN", by="Bo")
    lake = shelf(history.events)
    assert said(lake, "contested_pause_hours", "tue 9:00") == pytest.approx(1 + 1)
    assert said(lake, "contested_pause_share_minutes", "tue 9:00") == pytest.approx(120)
    assert said(lake, "contested_pause_share", "tue 9:00") == pytest.approx(2 / 3.5)
    rows = tickets("contested_pause_share", lake=lake)
    assert dict(rows.select("seconds", "contested").iter_rows()) == {9000: 3600, 3600: 3600}
    assert rows["agent"].to_list() == ["Ana", "Ana"]  # who made the pause, not who ended it
    told = [(one.occurred_at, read_event(one.kind, 1, one.payload)) for one in history.events]
    assert contested_spans(told, at("tue 9:00")) == [
        (at("mon 11:00"), at("mon 12:00")), (at("mon 13:00"), at("mon 14:00")),
    ]  # fmt: skip


INSTANTS = ("mon 9:00", "mon 9:29:59", "mon 9:30", "mon 9:31", "mon 10:00", "mon 10:00:01", "mon 17:30", "tue 9:00")


def test_the_desk_and_the_numbers_call_the_same_clocks_at_risk_and_late() -> None:
    history = History()
    life = history.ticket("mon 8:00")
    for name, due in (("a", "mon 10:00"), ("b", "mon 18:00"), ("c", "fri 9:00")):
        seconds = round((at(due) - at("mon 9:00")).total_seconds())
        life.clock("mon 9:00", name, due=due, target_seconds=seconds, elapsed_us=0)
    lake = shelf(history.events)
    clocks = [clock_of(read_event(one.kind, 1, one.payload)) for one in history.events if "clock" in one.kind]
    for now in INSTANTS:
        found = Counter(due_of(one, Rules(), at(now)).tone for one in clocks)
        counted = [said(lake, name, now) for name in ("sla_at_risk", "sla_open_breached")]
        assert counted == [found["soon"], found["late"]], now
