"""`as_known_at`: what was said then, with late events not yet in and later restatements undone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from analytics import catalogue, measure, tickets
from core import clock
from core.actor import ALL, Scope
from core.errors import Invalid
from core.ledger import Envelope
from tests.depth import examples
from tests.lake.history import History, uid
from tests.metrics.questions import histories, instants, questions
from tests.metrics.reference import Asked
from tests.metrics.shelf import shelf
from tests.metrics.test_laws import asking
from tests.world import at


def late(history: History, told: dict[int, str]) -> list[Envelope]:
    """The events, some of them recorded only later."""
    return [replace(event, recorded_at=at(told[i])) if i in told else event for i, event in enumerate(history.events)]


@settings(max_examples=examples(6), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(history=histories(), asked=questions(), known_at=instants, data=st.data())
def test_what_was_known_is_what_a_lake_of_that_time_says(
    history: History, asked: Asked, known_at: datetime, data: st.DataObject
) -> None:
    delays = st.sampled_from([timedelta(0), timedelta(0), timedelta(hours=5), timedelta(days=40)])
    events = [replace(event, recorded_at=event.recorded_at + data.draw(delays)) for event in history.events]
    then = [event for event in events if event.recorded_at <= known_at]
    given = {**asking(asked), "scope": ALL, "by": asked.by, "grain": asked.grain, "small": "show"}
    if asked.as_of and asked.as_of.replace(tzinfo=UTC) > known_at:
        given["as_of"] = known_at
    columns = list(catalogue.METRICS[asked.metric].columns)
    with clock.at(asked.now.replace(tzinfo=UTC)):
        found = measure(columns, **given, as_known_at=known_at, lake=shelf(events))
    with clock.at(known_at):
        assert_frame_equal(found, measure(columns, **given, lake=shelf(then)))


def test_an_event_that_was_entered_late_is_true_at_its_time_and_known_only_later() -> None:
    history = History()
    history.ticket("mon 9:00").state("mon 10:00", "SOLVED")
    lake = shelf(late(history, {2: "wed 9:00"}))
    solved = {"since": at("mon 0:00"), "until": at("tue 0:00"), "lake": lake}
    assert measure("tickets_solved", as_of=at("tue 0:00"), **solved).item() == 1
    assert measure("tickets_solved", as_known_at=at("tue 0:00"), **solved).item() == 0
    assert measure("tickets_solved", as_known_at=at("wed 9:00"), **solved).item() == 1


def test_a_ticket_that_was_deleted_since_is_in_what_was_said_then() -> None:
    history = History()
    history.ticket("mon 9:00").state("wed 9:00", "DELETED")
    lake = shelf(history.events)
    assert [
        measure("tickets_created", as_known_at=at(when), lake=lake).item() for when in ("tue 9:00", "wed 9:00")
    ] == [
        1,
        0,
    ]


def test_a_number_of_then_opens_to_its_rows_of_then() -> None:
    history = History()
    history.ticket("mon 9:00").state("mon 10:00", "SOLVED").state("wed 9:00", "OPEN")
    assert len(tickets("tickets_solved", as_known_at=at("tue 9:00"), lake=shelf(history.events))) == 1


def test_who_may_not_see_a_ticket_today_learns_nothing_of_it_from_the_past() -> None:
    history = History()
    history.ticket("mon 9:00").move("wed 9:00", "Technical")
    billing = Scope(queue_ids=frozenset({uid("Billing")}))
    assert measure("tickets_created", as_known_at=at("tue 9:00"), scope=billing, lake=shelf(history.events)).item() == 0


def test_nobody_knew_what_was_true_later() -> None:
    with pytest.raises(Invalid, match="as_known_at"):
        measure("backlog", as_of=at("wed 9:00"), as_known_at=at("tue 9:00"), lake=shelf(History().events))


def test_nobody_knows_what_will_be_true() -> None:
    with clock.at(at("wed 9:00")):
        assert measure("backlog", as_of=at("wed 9:00") + timedelta(seconds=30), lake=shelf([])).item() == 0
        with pytest.raises(Invalid, match="must not lie in the future"):
            measure("backlog", as_of=at("wed 9:05"), lake=shelf([]))
