"""The second series in the lake is what the product's fold says of clocks under restated hours."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import duckdb
import pytest

from analytics import ask, business_time, measure, tickets
from analytics.measure_restated import restate
from app.calendars.reading import Edition
from app.filters.tree import Among, Tree
from app.sla.clock import Clock
from app.sla.clocks import clocks, replayed, restated_clocks
from app.sla.life import life_of
from app.sla.rules import Rules
from core import clock
from core.actor import SYSTEM
from core.calendar import Holiday
from core.errors import Invalid
from core.events import CalendarDefined, CalendarRestated, Event
from core.ledger import Envelope, wrap
from tests.metrics.shelf import shelf
from tests.sla.life import DAWN, Life, an_id, at, edition, office, policy, rules, target

METRICS = ("first_reply", "next_reply", "requester_wait", "agent_work", "total_resolution", "group_ownership")
BEGINS, ACCEPTED, NOW = at("tue 0:00"), at("thu 10:30"), at("week 2 wed 12:00")
CLOSED = office(holidays=(Holiday(date(2026, 1, 6)), Holiday(date(2026, 1, 13))))


@pytest.fixture(autouse=True)
def few_years(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a century of hours takes longer to lay out than all else."""
    monkeypatch.setattr(business_time, "FIRST_YEAR", 2025)
    monkeypatch.setattr(business_time, "LAST_YEAR", 2027)


def late_holiday(known_from: datetime) -> Edition:
    """That Tuesday was a holiday is known from an instant on."""
    return replace(edition(2, BEGINS, CLOSED), known_from=known_from, is_restatement=True)


def under(dice: Random, known_from: datetime) -> Rules:
    """Promises of all kinds; those of the tagged come late."""
    modes = ("continue", "continue_counting_gap", "new_instance", "never")
    made = [
        target(metric, seconds={"normal": dice.choice([1800, 4 * 3600, 9 * 3600]), "high": 3 * 3600},
               reopen=dice.choice(modes), change=dice.choice(["retarget_keep_elapsed", "freeze"]))
        for metric in METRICS
    ]  # fmt: skip
    tagged = Tree((Among("tags", ("late",)),))
    policies = policy("late", *made[:4], conditions=tagged), policy("all", *made[2:], sort=1)
    return rules(*policies, later=[late_holiday(known_from)])


def lived(dice: Random, n: int) -> Life:
    """A ticket of which someone thinks again when the holiday is accepted."""
    moment = at("mon 9:00") + timedelta(minutes=dice.randrange(4000))
    life = Life(moment)
    was_reviewed = False
    for _ in range(dice.randrange(1, 9)):
        moment += timedelta(minutes=dice.choice([7, 45, 240, 600, 1500, 3000]))
        if moment >= ACCEPTED and not was_reviewed:
            life.reviewed(ACCEPTED)
            was_reviewed = True
        _happens(life, dice, moment + timedelta(seconds=1))
    life.ticket_id = an_id(f"ticket {n}")
    life.history = [replace(one, ticket_id=life.ticket_id) for one in life.history]
    return life


def _happens(life: Life, dice: Random, moment: datetime) -> None:
    match dice.randrange(8):
        case 0 | 1:
            life.says(moment)
        case 2 | 3:
            life.replies(moment, to=dice.choice([None, "PENDING", "SOLVED"]))
        case 4:
            life.goes(moment, dice.choice(["OPEN", "PENDING", "HOLD", "SOLVED"]))
        case 5:
            life.prioritised(moment, 3 if life.priority == 2 else 2)
        case 6:
            life.tagged(moment, "late")
        case _:
            life.due_set(moment, dice.choice(METRICS), dice.choice([None, "week 2 tue 9:00"]))


def lake_of(lives: Sequence[tuple[Life, Rules]]) -> duckdb.DuckDBPyConnection:
    """A lake of these tickets, their clocks as recorded, and of the calendar with its restatement."""
    events: list[Envelope] = []
    for life, record in lives:
        told: list[tuple[datetime, Event | Envelope]] = [(one.occurred_at, one) for one in life.history]
        told += replayed(life.history, record, NOW)
        for n, (instant, one) in enumerate(sorted(told, key=lambda each: each[0]), start=1):
            made = one if isinstance(one, Envelope) else wrap(one, SYSTEM, source="sla", occurred_at=instant)
            events.append(
                replace(made, ticket_id=life.ticket_id, ticket_version=n, event_id=an_id(f"{life.ticket_id}{n}"))
            )
    calendar: dict[str, Any] = {"calendar_id": an_id("office"), "name": "Office"}
    versions = [
        CalendarDefined(**calendar, version=1, effective_from=DAWN, definition=office()),
        CalendarDefined(**calendar, version=2, effective_from=BEGINS, definition=CLOSED, is_restatement=True),
    ]
    accepted = CalendarRestated(calendar_id=an_id("office"), version=2, effective_from=BEGINS)
    house = [wrap(one, SYSTEM, source="test", occurred_at=ACCEPTED) for one in (*versions, accepted)]
    lake = shelf([replace(one, recorded_at=one.occurred_at) for one in (*events, *house)])
    business_time.lay_out(lake, versions)
    return lake


def by_clock(found: Sequence[Clock]) -> dict[Any, Any]:
    return {one.clock_id: (one.target, one.cycle, one.state, one.due_at, one.calendar_version) for one in found}


@pytest.mark.parametrize("seed", range(3))
def test_every_restated_clock_is_due_when_the_fold_says_so(seed: int) -> None:
    dice = Random(seed)
    lives = [(lived(dice, n), under(dice, ACCEPTED)) for n in range(30)]
    lake = lake_of(lives)
    restate(lake, None)
    rows = lake.execute(
        "select clock_id, target, cycle, state, due_at, calendar_version from restated_sla_clock"
    ).fetchall()
    found = {row[0]: (*row[1:4], row[4] and row[4].replace(tzinfo=UTC), row[5]) for row in rows}
    expected: dict[Any, Any] = {}
    moved = 0
    for life, record in lives:
        known = Rules(record.policies, {an_id("office"): [edition(1, DAWN, office()), late_holiday(BEGINS)]})
        history = life_of(life.history)
        assert history is not None
        again = by_clock(restated_clocks(history, known, NOW, (an_id("office"), 2, BEGINS)))
        before = by_clock(clocks(life.history, record, NOW))
        moved += sum(before[key][3] != value[3] for key, value in again.items())
        expected |= again
    assert found == expected
    assert moved > 20


def test_a_number_is_asked_for_as_recorded_or_as_restated_down_to_its_tickets() -> None:
    """Due Tuesday at noon, answered on Wednesday at 9:30: late, but for the holiday, which makes it due that noon."""
    record = rules(policy("all", target("first_reply", 4)), later=[late_holiday(ACCEPTED)])
    lake = lake_of([(Life("mon 16:00").replies("wed 9:30"), record)])
    with clock.at(NOW):
        answers = [ask("sla_attainment", series=series, lake=lake) for series in ("recorded", "restated")]
        assert [(one.frame["sla_attainment_met"].item(), one.is_restated) for one in answers] == [(0, False), (1, True)]
        then = measure("sla_attainment_met", series="restated", as_known_at=at("wed 12:00"), lake=lake)
        (due,) = tickets("sla_attainment", series="restated", lake=lake)["occurred_at"]
        late = measure("sla_breaches", series="restated", since=at("mon 0:00"), grain="week", lake=lake)
        with pytest.raises(Invalid, match="no restated series"):
            measure(["sla_breaches", "backlog"], series="restated", lake=lake)
    assert then.item() == 0
    assert due == at("wed 12:00")
    assert late["sla_breaches"].sum() == 0
