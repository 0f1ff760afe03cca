"""Zammad's escalation scenarios under our rules: the same where nothing is said, and each difference has its reason.

The reasons stand in docs/sla.md. What Zammad's examples set out of order happens here in the order of its times.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from app.sla.clock import Clock
from core.calendar import Calendar, Hours, Weekday
from tests.sla.life import Life, policy, rules, target

SCENARIOS = Path(__file__).parents[2].parent / "shared" / "data" / "bizhours_vectors" / "zammad_sla_scenarios.json"

pytestmark = pytest.mark.skipif(not SCENARIOS.is_file(), reason="The third-party scenarios are not on this machine.")

FIRST, DUE, UPDATE, UPDATE_DUE, CLOSE, CLOSE_DUE = (
    "first_response_in_min", "first_response_escalation_at", "update_in_min", "update_escalation_at", "close_in_min",
    "close_escalation_at",
)  # fmt: skip
IN_ORDER, TURNS = "any agent's reply is the first", "the first turn is the first reply's"
LATER, VOID = "a reopening goes on", "a solve without a reply voids it"

OURS: dict[str, dict[str, tuple[Any, str]]] = {
    "z01": {UPDATE_DUE: (None, TURNS)},
    "z02": {UPDATE_DUE: (None, TURNS)},
    "z03": {UPDATE_DUE: (None, TURNS)},
    "z04": {FIRST: (90, IN_ORDER), UPDATE: (None, TURNS)},
    "z05": {FIRST: (150, IN_ORDER), UPDATE: (None, TURNS)},
    "z06": {FIRST: (150, IN_ORDER), UPDATE: (115, TURNS), UPDATE_DUE: (None, IN_ORDER)},
    "z07": {FIRST: (150, IN_ORDER), UPDATE: (5, TURNS)},
    "z08": {
        FIRST: (None, VOID),
        UPDATE: (5, TURNS),
        CLOSE: (None, LATER),
        CLOSE_DUE: ("2013-03-21 13:05:00 UTC", LATER),
    },
    "z09": {FIRST: (150, IN_ORDER), UPDATE: (5, TURNS)},
}
"""What is otherwise here, by scenario and Zammad's name for it, and why."""


def scenarios() -> list[Any]:
    known = json.loads(SCENARIOS.read_text()) if SCENARIOS.is_file() else []
    return [pytest.param(one, id=one["id"]) for one in known]


def lived(scenario: dict[str, Any]) -> list[Clock]:
    hours = scenario["calendar"]["hours"].items()
    weekly = tuple(Hours(day=Weekday(day), starts=a, ends=b) for day, spans in hours for a, b in spans)
    length = {name: minutes / 60 for name, minutes in scenario["sla_minutes"].items()}
    under = rules(
        policy("z", target("first_reply", length["first_response"]), target("next_reply", length["response"]),
               target("total_resolution", length["solution"])),
        calendar=Calendar(zone=scenario["calendar"]["tz"], weekly=weekly),
    )  # fmt: skip
    life = Life(instant(scenario["created_at"]))
    for event in sorted(scenario["events"][1:], key=lambda one: one["at"]):
        when = instant(event["at"])
        if event["what"] == "closed":
            life.goes(when, "CLOSED")
        elif "customer" in event["what"]:
            life.says(when)
        else:
            life.replies(when)
    return life.clocks(under)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text.replace(" UTC", "+00:00"))


def told(clocks: list[Clock]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, due, targets in (
        (FIRST, DUE, "first_reply"), (UPDATE, UPDATE_DUE, "next_reply"), (CLOSE, CLOSE_DUE, "total_resolution")
    ):  # fmt: skip
        of_it = [one for one in clocks if one.target == targets]
        met = [(one.elapsed_business_us or 0) // 60_000_000 for one in of_it if one.state == "fulfilled"]
        found[name] = max(met, default=None)
        found[due] = next((f"{one.due_at:%Y-%m-%d %H:%M:%S} UTC" for one in of_it if one.is_live and one.due_at), None)
    return found


@pytest.mark.parametrize("scenario", scenarios())
def test_zammads_scenarios_come_out_alike_but_for_what_is_listed(scenario: dict[str, Any]) -> None:
    differ = OURS[scenario["id"][:3]]
    ours, theirs = told(lived(scenario)), scenario["expected"]
    assert {name: value for name, value in ours.items() if value != theirs[name]} == {
        name: value for name, (value, _) in differ.items()
    }
