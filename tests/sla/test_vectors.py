"""The vectors of SEMANTICS.md 2.2: Monday to Friday 9-12 and 13-17 in Berlin, four hours of business time."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from app.sla.clock import SECOND
from app.sla.rules import QueueHours, Rules
from core.calendar import Calendar, Holiday, Hours
from tests.sla.life import DAWN, HOUR, Life, an_id, at, edition, office, policy, rules, target
from tests.sla.week import weekdays

FIRST = rules(policy("all", target("first_reply")))
REQUESTER = rules(policy("all", target("requester_wait")))


@pytest.mark.parametrize(
    ("number", "opened", "due"),
    [
        (1, "mon 10:00", "mon 15:00"),
        (2, "fri 16:00", "week 2 mon 12:00"),
        (3, "sat 11:00", "week 2 mon 14:00"),
    ],
)
def test_due_times_skip_lunch_nights_and_weekends_and_end_with_a_closing(number: int, opened: str, due: str) -> None:
    assert Life(opened).clock(FIRST).due_at == at(due), number


def test_4_a_holiday_is_skipped() -> None:
    with_holiday = rules(
        policy("all", target("first_reply")), calendar=office(holidays=[Holiday(date=date(2026, 1, 12), name="")])
    )
    assert Life("fri 16:00").clock(with_holiday).due_at == at("week 2 tue 12:00")


def test_5_a_pause_moves_the_due_time_by_the_business_time_in_it() -> None:
    life = Life("mon 10:00").goes("mon 11:00", "PENDING")
    assert life.clock(REQUESTER).due_at is None
    clock = life.goes("mon 14:00", "OPEN").clock(REQUESTER)
    assert clock.due_at == at("mon 17:00")


def test_6_a_target_without_that_pause_runs_on() -> None:
    runs_on = rules(policy("all", target("requester_wait", pause=[])))
    life = Life("mon 10:00").goes("mon 11:00", "PENDING").goes("mon 14:00", "OPEN")
    assert life.clock(runs_on).due_at == at("mon 15:00")


def test_7_a_pause_over_lunch_changes_nothing() -> None:
    life = Life("mon 10:00").goes("mon 12:30", "PENDING").goes("mon 12:45", "OPEN")
    assert life.clock(REQUESTER).due_at == at("mon 15:00")


def test_8_a_shorter_target_keeps_what_was_used() -> None:
    by_priority = rules(policy("all", target("total_resolution", seconds={"normal": 4 * HOUR, "high": 2 * HOUR})))
    clock = Life("mon 10:00").prioritised("mon 11:30", 3).clock(by_priority)
    assert (clock.due_at, clock.breached_at) == (at("mon 12:00"), None)
    late = Life("mon 10:00").prioritised("mon 14:00", 3).clock(by_priority)
    assert (late.due_at, late.breached_at, late.is_born_breached) == (at("mon 12:00"), at("mon 14:00"), True)


def test_9_around_the_clock_skips_the_hour_that_does_not_exist() -> None:
    always = Calendar(
        zone="Europe/Berlin",
        weekly=tuple(Hours(day=day, starts=0, ends=1440) for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")),
    )
    opened = at("week 12 sat 23:00")
    assert opened.date() == date(2026, 3, 28)
    clock = Life(opened).clock(rules(policy("all", target("first_reply")), calendar=always))
    assert clock.due_at == at("week 12 sun 4:00")


@pytest.mark.parametrize(
    ("mode", "cycle", "hours", "due"),
    [
        ("continue", 1, 2, "tue 12:00"),
        ("continue_counting_gap", 1, 7, "mon 15:00"),
        ("new_instance", 2, 1, "tue 14:00"),
        ("never", 1, 1, "mon 15:00"),
    ],
)
def test_10_closed_and_reopened(mode: str, cycle: int, hours: int, due: str) -> None:
    """An hour's work, solved from Monday 11:00 until Tuesday 9:00, another hour, solved again."""
    under = rules(policy("all", target("total_resolution", reopen=mode)))
    life = Life("mon 10:00").goes("mon 11:00", "SOLVED").goes("tue 9:00", "OPEN")
    assert life.clocks(under)[-1].due_at == at(due)
    clock = life.goes("tue 10:00", "SOLVED").clocks(under)[-1]
    assert (clock.cycle, clock.elapsed_business_us) == (cycle, hours * HOUR * SECOND)


def test_11_a_turn_begins_with_the_first_message_that_nobody_answered() -> None:
    under = rules(policy("all", target("next_reply")))
    life = (
        Life("mon 9:00").replies("mon 9:10").says("mon 10:00").says("mon 10:30").says("mon 11:00").replies("mon 13:30")
    )
    clock = life.clock(under)
    assert (clock.started_at, clock.stopped_at, clock.state) == (at("mon 10:00"), at("mon 13:30"), "fulfilled")
    assert clock.elapsed_business_us == 2.5 * HOUR * SECOND


def test_12_an_internal_note_is_no_first_reply() -> None:
    clock = Life().says("mon 10:30", "ana", visibility="internal").clock(FIRST)
    assert clock.state == "running"


@pytest.mark.parametrize(("who", "is_auto"), [("robot", False), ("ana", True), ("cleo", False), ("system", False)])
def test_13_robots_and_auto_responses_are_no_first_reply(who: str, is_auto: bool) -> None:
    assert Life().says("mon 10:30", who, is_auto=is_auto).clock(FIRST).state == "running"


def test_14_a_ticket_that_we_open_for_a_customer_has_its_first_reply_unless_the_policy_waits_for_one() -> None:
    life = Life("mon 10:00", by="ana")
    assert life.clock(FIRST).state == "fulfilled"
    waiting = rules(policy("all", target("first_reply", opened_by_us="waits")))
    assert life.clock(waiting).state == "running"
    assert life.replies("mon 11:00").clock(waiting).state == "fulfilled"


def test_15_merging_cancels_the_clocks_of_the_source_and_its_breach_stays() -> None:
    life = Life("mon 10:00").goes("tue 10:00", "MERGED")
    clock = life.clock(FIRST)
    assert (clock.state, clock.reason, clock.breached_at) == ("cancelled", "merged", at("mon 15:00"))
    assert life.told(FIRST) == ["policy.applied", "clock.activated", "clock.breached", "clock.cancelled"]
    again = life.goes("tue 11:00", "OPEN").clock(FIRST)
    assert (again.state, again.breached_at, again.cycle) == ("running", at("mon 15:00"), 1)


NEXT = rules(policy("all", target("next_reply")))


def asked_again() -> Life:
    """Answered once, and asked again on Monday at ten."""
    return Life("mon 9:00").replies("mon 9:10").says("mon 10:00")


def test_16_a_reply_that_solves_too_fulfils_the_next_reply() -> None:
    clock = asked_again().replies("mon 11:00", to="SOLVED").clock(NEXT)
    assert (clock.state, clock.reason, clock.stopped_at) == ("fulfilled", "met", at("mon 11:00"))


@pytest.mark.parametrize("deed", [
    lambda life: life.says("mon 11:00", "ana", visibility="internal", to="SOLVED"),
    lambda life: life.says("mon 11:00", "ana", is_auto=True, to="SOLVED"),
    lambda life: life.goes("mon 11:00", "SOLVED"),
])  # fmt: skip
def test_16_a_solve_by_note_robot_or_without_a_word_voids_the_next_reply(deed: Callable[[Life], Life]) -> None:
    clock = deed(asked_again()).clock(NEXT)
    assert (clock.state, clock.reason, clock.breached_at) == ("cancelled", "solved", None)


def test_16_a_late_void_stays_a_breach() -> None:
    clock = asked_again().goes("tue 11:00", "SOLVED").clock(NEXT)
    assert (clock.state, clock.reason, clock.breached_at) == ("cancelled", "solved", at("mon 15:00"))


FOUR = rules(policy("all", target("requester_wait", seconds={"normal": 4 * HOUR, "high": 2 * HOUR})))


def test_17_a_due_time_set_by_hand_stands_and_what_the_rules_say_is_kept_beside_it() -> None:
    life = Life("mon 10:00").due_set("mon 10:30", "requester_wait", "tue 12:00")
    clock = life.clock(FOUR)
    assert (clock.due_at, clock.derived_due_at, clock.is_due_by_hand) == (at("tue 12:00"), at("mon 15:00"), True)
    assert life.told(FOUR)[-1] == "clock.applied"
    life.goes("mon 11:00", "PENDING")
    clock = life.clock(FOUR)
    assert (clock.due_at, clock.derived_due_at) == (at("tue 12:00"), None)
    clock = life.goes("mon 14:00", "OPEN").prioritised("mon 14:00", 3).clock(FOUR)
    assert (clock.due_at, clock.derived_due_at, clock.target_seconds) == (at("tue 12:00"), at("mon 15:00"), 2 * HOUR)
    met = life.goes("tue 11:00", "SOLVED").clock(FOUR)
    assert (met.state, met.breached_at, met.elapsed_business_us) == ("fulfilled", None, 6 * HOUR * SECOND)


def test_17_it_is_breached_at_that_time_even_while_it_stands_still() -> None:
    life = Life("mon 10:00").due_set("mon 10:30", "requester_wait", "mon 11:00").goes("mon 10:45", "PENDING")
    clock = life.clock(FOUR, "mon 12:00")
    assert (clock.state, clock.breached_at) == ("paused", at("mon 11:00"))


def test_17_a_later_time_takes_a_breach_back_and_clearing_it_brings_the_policy_back() -> None:
    life = Life("mon 10:00").due_set("mon 16:00", "requester_wait", "mon 17:00")
    assert life.clock(FOUR).breached_at is None
    assert life.told(FOUR) == ["policy.applied", "clock.activated", "clock.breached", "clock.applied"]
    clock = life.due_set("mon 16:30", "requester_wait", None).clock(FOUR)
    assert (clock.due_at, clock.breached_at, clock.is_born_breached) == (at("mon 15:00"), at("mon 16:30"), True)
    early = Life("mon 10:00").due_set("mon 10:30", "requester_wait", "mon 11:00")
    clock = early.due_set("mon 10:40", "requester_wait", None).clock(FOUR)
    assert (clock.due_at, clock.is_due_by_hand, clock.derived_due_at) == (at("mon 15:00"), False, None)


def test_17_another_policy_keeps_it_and_a_reopening_after_it_does_not() -> None:
    life = Life("mon 10:00").due_set("mon 10:30", "requester_wait", "mon 16:00")
    what_if = rules(policy("draft", target("requester_wait", hours=1)))
    assert life.clock(what_if).due_at == at("mon 16:00")
    clock = life.goes("mon 11:00", "SOLVED").goes("tue 9:00", "OPEN").clock(FOUR)
    assert (clock.due_at, clock.is_due_by_hand, clock.breached_at) == (at("tue 12:00"), False, None)


LATE = Calendar("Europe/Berlin", weekdays(("12:00", "20:00")))
OWN = policy("all", target("requester_wait", calendar_id=None))
FAMILY = {
    "billing": [QueueHours(DAWN, None, an_id("money"))],
    "money": [QueueHours(DAWN, an_id("late"), None), QueueHours(at("tue 0:00"), an_id("office"), None)],
}
BY_QUEUE = rules(OWN, hours=FAMILY, others={"late": LATE})


def test_18_a_target_without_a_calendar_goes_by_its_queue_or_by_the_one_above_it() -> None:
    clock = Life("mon 10:00").clock(BY_QUEUE)
    assert (clock.calendar_id, clock.calendar_version, clock.due_at) == (an_id("late"), 1, at("mon 16:00"))
    assert Life("tue 10:00").clock(BY_QUEUE).due_at == at("tue 15:00")
    own = rules(policy("all", target("requester_wait")), hours=FAMILY, others={"late": LATE})
    assert Life("mon 10:00").clock(own).due_at == at("mon 15:00")


def test_18_without_any_queue_s_the_calendar_that_was_set_up_first_counts() -> None:
    clock = Life("mon 10:00", queue="elsewhere").clock(BY_QUEUE)
    assert (clock.calendar_id, clock.due_at) == (an_id("office"), at("mon 15:00"))


def test_18_another_queue_brings_its_hours_and_a_clock_keeps_its_own_until_somebody_looks() -> None:
    life = Life("mon 10:00").tagged("tue 10:00", "urgent")
    assert life.clock(BY_QUEUE).calendar_id == an_id("late")
    assert Life("mon 10:00").reviewed("tue 10:00").clock(BY_QUEUE).calendar_id == an_id("office")
    moved = Life("mon 13:00").moves("mon 14:00", "elsewhere").clock(BY_QUEUE)
    assert (moved.calendar_id, moved.due_at) == (an_id("office"), at("mon 17:00"))


def test_19_who_looks_over_lunch_does_not_take_back_what_was_used_up_at_its_beginning() -> None:
    """Three hours from Mon 8:00 on end with the closing at noon; over lunch another version of the policy comes."""
    versions = [
        policy("all", target("first_reply", 3), version=n, since=at(since))
        for n, since in ((1, "mon 0:00"), (2, "mon 12:20"))
    ]
    found = Life("mon 8:00").reviewed("mon 12:30").clock(rules(*versions), "mon 14:00")
    assert (found.due_at, found.breached_at, found.policy_version) == (at("mon 12:00"), at("mon 12:00"), 2)


def test_19_other_hours_do_not_move_a_breach_of_before() -> None:
    """That Tuesday was a holiday is known on Thursday: what was missed on Tuesday stays so, as recorded."""
    closed = edition(2, at("thu 9:00"), office(holidays=(Holiday(date(2026, 1, 6)),)))
    under = rules(policy("all", target("first_reply", 4)), later=[closed])
    found = Life("mon 16:00").reviewed("thu 10:00").clock(under, "thu 12:00")
    assert (found.due_at, found.breached_at, found.calendar_version) == (at("tue 12:00"), at("tue 12:00"), 2)


@pytest.mark.parametrize(
    ("mode", "found"),
    [
        ("retarget_keep_elapsed", [("running", "mon 12:00")]),
        ("restart", [("cancelled", "mon 15:00"), ("running", "mon 14:30")]),
        ("freeze", [("running", "mon 15:00")]),
    ],
)
def test_20_another_priority_keeps_what_was_used_begins_anew_or_changes_nothing(
    mode: str, found: list[tuple[str, str]]
) -> None:
    under = rules(policy("all", target("first_reply", seconds={"normal": 4 * HOUR, "high": 2 * HOUR}, change=mode)))
    clocks = Life("mon 10:00").prioritised("mon 11:30", 3).clocks(under)
    assert [(one.state, one.due_at) for one in clocks] == [(state, at(due)) for state, due in found]


TAGGED = {"kind": "ticket.tags_changed", "fields": {"added": ["call_back"]}}
NOTED = {"kind": "message.added", "fields": {"visibility": ["internal"]}}
ANSWERED = {"kind": "message.added", "fields": {"visibility": ["public"], "author_kind": ["agent"]}}
MOVED = {"kind": "ticket.queue_changed"}


def custom(**triggers: Any) -> Rules:
    return rules(policy("all", target("custom", 4, name="call_back", **triggers)))


def test_21_a_custom_clock_begins_pauses_goes_on_and_ends_with_what_its_target_names() -> None:
    """Two hours of work time lie in the pause: due at 17:00 instead of 15:00. A second tag is a second cycle."""
    under = custom(starts_on=[TAGGED], pauses_on=[NOTED], resumes_on=[ANSWERED], stops_on=[MOVED])
    life = Life("mon 9:00").tagged("mon 9:30", "other").tagged("mon 10:00", "call_back")
    life.says("mon 11:00", "ana", visibility="internal")
    assert (life.clock(under).state, life.clock(under).due_at) == ("paused", None)
    life.replies("mon 14:00").moves("mon 16:00", "sales").tagged("tue 9:00", "call_back").goes("tue 10:00", "SOLVED")
    first, second = life.clocks(under)
    assert (first.state, first.started_at, first.due_at) == ("fulfilled", at("mon 10:00"), at("mon 17:00"))
    assert first.elapsed_business_us == 3 * HOUR * SECOND
    assert (second.cycle, second.state, second.reason) == (2, "cancelled", "solved")


def test_21_a_stop_wins_over_a_pause_and_a_pause_over_a_start() -> None:
    life = Life("mon 9:00").tagged("mon 10:00", "call_back").says("mon 11:00", "ana", visibility="internal")
    both = custom(starts_on=[TAGGED], pauses_on=[NOTED], resumes_on=[ANSWERED], stops_on=[NOTED])
    assert life.clock(both).state == "fulfilled"
    for held in ({"stops_on": [TAGGED]}, {"pauses_on": [TAGGED], "resumes_on": [ANSWERED], "stops_on": [MOVED]}):
        assert life.clocks(custom(starts_on=[TAGGED], **held)) == []
