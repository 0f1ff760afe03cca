"""The fold agrees with a walk from minute to minute, whatever happens to a ticket, and its spans add up."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.sla.clock import MICROSECOND, Clock
from app.sla.clocks import replayed
from app.sla.explain import stories
from app.sla.rules import Rules
from core.events import ClockTold
from core.upcasters import read_event
from tests.depth import examples
from tests.sla.life import PRIORITIES, Life, at, office, policy, rules, target
from tests.sla.minutes import Minutes
from tests.sla.slow import DONE, GONE, Slow, SlowClock

MINUTE = 60_000_000
START = at("mon 8:00")
METRICS = ("first_reply", "next_reply", "periodic_update", "pausable_update", "requester_wait", "agent_work",
           "total_resolution", "group_ownership")  # fmt: skip
CATEGORIES = ("OPEN", "PENDING", "HOLD", "SOLVED", "CLOSED", "SPAM", "MERGED")
WINDOW = Minutes("Europe/Berlin", START.date(), 60)
OPEN = WINDOW.open_minutes(office())
OFFSET = round((START - WINDOW.start) / timedelta(minutes=1))

deeds = st.one_of(
    st.tuples(st.just("says"), st.none()),
    st.tuples(st.just("replies"), st.sampled_from([None, None, "PENDING", "SOLVED", "OPEN"])),
    st.tuples(st.just("goes"), st.sampled_from(CATEGORIES)),
    st.tuples(st.just("moves"), st.none()),
    st.tuples(st.just("prioritises"), st.sampled_from([1, 2, 3, 4])),
)
lives = st.lists(st.tuples(st.sampled_from([1, 7, 45, 180, 240, 600, 1440, 4000]), deeds), max_size=14)


@st.composite
def promises(draw: Any) -> dict[str, Any]:
    return {
        "metric": draw(st.sampled_from(METRICS)),
        "budgets": {priority: draw(st.sampled_from([30, 180, 240, 420, 900])) for priority in PRIORITIES},
        "change": draw(st.sampled_from(["retarget_keep_elapsed", "restart", "freeze"])),
        "basis": draw(st.sampled_from(["business", "calendar"])),
        "pause": draw(st.sampled_from([None, [], ["PENDING"], ["PENDING", "HOLD"]])),
        "reopen": draw(st.sampled_from(["continue", "continue_counting_gap", "new_instance", "never"])),
    }


def both(promise: dict[str, Any], life: list[Any]) -> tuple[Slow, Life]:
    """The same life twice."""
    in_business = promise["basis"] == "business"
    slow = Slow(
        promise["metric"], promise["budgets"], lambda minute: OPEN[OFFSET + minute] if in_business else True,
        pause=None if promise["pause"] is None else set(promise["pause"]), reopen=promise["reopen"],
        change=promise["change"],
    )  # fmt: skip
    quick, minute = Life(START), 0
    slow.waits_since = 0
    slow.opened()
    for gap, (deed, argument) in life:
        minute += gap
        slow.run_to(minute)
        now = START + timedelta(minutes=minute)
        is_away = slow.category in (*GONE, "CLOSED")
        if deed == "says" and not is_away:
            slow.says()
            quick.says(now)
        elif deed == "replies" and not is_away:
            slow.replies(argument)
            quick.replies(now, to=argument)
        elif deed == "moves" and not is_away:
            slow.moves()
            quick.moves(now, "technical" if quick.queue == "billing" else "billing")
        elif deed == "prioritises" and not is_away and argument != slow.priority:
            slow.prioritises(argument)
            quick.prioritised(now, argument)
        elif deed == "goes":
            slow.goes(argument)
            quick.goes(now, argument)
    slow.run_to(minute + 3 * 1440)
    return slow, quick


def kept(promise: dict[str, Any], *names: str) -> Rules:
    """The promise as a policy's only target."""
    more = {name: promise[name] for name in names if promise[name] is not None}
    seconds = {PRIORITIES[priority]: 60 * minutes for priority, minutes in promise["budgets"].items()}
    return rules(policy("all", target(promise["metric"], seconds=seconds, **more)))


def instant(minute: int | None) -> datetime | None:
    return None if minute is None else START + timedelta(minutes=minute)


def seen(clock: Clock) -> tuple[Any, ...]:
    state = clock.state if clock.stopped_at else "live"
    return clock.started_at, clock.stopped_at, state, clock.breached_at


def expected(clock: SlowClock) -> tuple[Any, ...]:
    state = clock.state if clock.stopped is not None else "live"
    return instant(clock.start), instant(clock.stopped), state, instant(clock.breached)


@settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(promise=promises(), life=lives)
def test_the_fold_agrees_with_a_walk_from_minute_to_minute(promise: dict[str, Any], life: list[Any]) -> None:
    slow, quick = both(promise, life)
    under = kept(promise, "basis", "pause", "reopen", "change")
    until = START + timedelta(minutes=slow.now)
    found = quick.clocks(under, until)
    assert [seen(clock) for clock in found] == [expected(clock) for clock in slow.clocks]
    told = [
        (one.occurred_at, read_event(one.kind, one.schema_version, one.payload)) for one in quick.history
    ] + replayed(quick.history, under, until)
    for story, clock in zip(stories(sorted(told, key=lambda one: one[0]), under, until), slow.clocks, strict=True):
        assert story.clock.elapsed_us == clock.elapsed * MINUTE
        spans_add_up(story, promise["basis"])


def spans_add_up(story: Any, basis: str) -> None:
    """No gap, no overlap; what ran is the elapsed time, and what was open of it the business time."""
    spans = story.segments
    assert all(one.end == two.start for one, two in pairwise(spans))
    assert all(one.start < one.end for one in spans)
    ran = sum((one.end - one.start) // MICROSECOND for one in spans if one.kind in ("run", "closed"))
    open_ = sum((one.end - one.start) // MICROSECOND for one in spans if one.kind == "run")
    assert (ran, open_) == (story.clock.elapsed_calendar_us, story.clock.elapsed_business_us)


@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(promise=promises(), life=lives, cut=st.integers(0, 40))
def test_what_was_told_is_never_taken_back_by_what_comes_later(
    promise: dict[str, Any], life: list[Any], cut: int
) -> None:
    _, quick = both(promise, life)
    under = kept(promise, "reopen", "change")
    whole = [*quick.history]
    first = [one for one in whole if one.occurred_at <= whole[min(cut, len(whole) - 1)].occurred_at]
    before, after = replayed(first, under), replayed(whole, under)
    assert after[: len(before)] == before
    cycles = [event.cycle for _, event in after if isinstance(event, ClockTold)]
    assert cycles == sorted(cycles)


@pytest.mark.parametrize("kind", DONE)
def test_a_breach_at_closing_time_survives_a_reopening_that_counts_the_gap(kind: str) -> None:
    under = rules(policy("all", target("total_resolution", 4, reopen="continue_counting_gap")))
    life = Life("mon 12:30").goes("mon 18:00", kind).goes("mon 19:00", "OPEN")
    assert life.clock(under).breached_at == at("mon 17:00")
