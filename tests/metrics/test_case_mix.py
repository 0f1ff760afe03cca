"""Case mix: observed by expected, as recomputed ticket by ticket; nobody is judged by what came to them."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from math import exp, log, sqrt
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest

from analytics.case_mix import DRAWN, FEWEST, case_mix
from analytics.inquiries import INQUIRIES, Wanted
from core import clock
from core.actor import Scope
from core.errors import Invalid
from dashboards.asked import read
from dashboards.inquiry import show
from tests.lake.history import History, uid
from tests.metrics.shelf import shelf
from tests.world import at

BERLIN = "Europe/Berlin"
TICKETS: list[tuple[Any, ...]] = []
"""Of each ticket: agent, queue, priority, channel, local hour, seconds to its solve, replies."""


@pytest.fixture(scope="module")
def lake() -> Iterator[duckdb.DuckDBPyConnection]:
    """Ana and Bo take the same time, but what is slow goes to Bo; Dov takes twice it; Cleo had three tickets."""
    chance, history = Random(5), History()
    TICKETS.clear()
    for n in range(203):
        who = "Cleo" if n >= 200 else ("Ana", "Bo", "Dov")[n % 3]
        is_slow = chance.random() < {"Ana": 0.2, "Bo": 0.8}.get(who, 0.5)
        queue, channel = ("Technical" if is_slow else "Billing"), chance.choice(("email", "web"))
        opened, priority = at("mon 0:00") + timedelta(minutes=37 * n), chance.randint(1, 2)
        seconds = int(3600 * (12 if is_slow else 1) * chance.uniform(0.8, 1.25)) * (2 if who == "Dov" else 1)
        life = history.ticket(opened, queue=queue, agent=who, priority=priority, channel=channel)
        replies = chance.randint(1, 2)
        for k in range(replies):
            life.reply(opened + timedelta(minutes=k + 1))
        life.state(opened + timedelta(seconds=seconds), "SOLVED")
        TICKETS.append((who, queue, priority, channel, opened.astimezone(ZoneInfo(BERLIN)).hour, seconds, replies))
    with clock.at(at("week 6 mon 9:00")), shelf(history.events) as made:
        yield made


def expected(values: list[tuple[tuple[Any, ...], float]]) -> list[float]:
    """What each ticket is expected to be, from its stratum's key and its own value; one after the other, by hand."""
    found = [sum(value for _, value in values) / len(values)] * len(values)
    for depth in range(1, len(values[0][0]) + 1):
        groups = defaultdict(list)
        for key, value in values:
            groups[key[:depth]].append(value)
        found = [
            (sum(groups[key[:depth]]) + DRAWN * wider) / (len(groups[key[:depth]]) + DRAWN)
            for (key, _), wider in zip(values, found, strict=True)
        ]
    return found


def test_expected_is_what_like_tickets_took(lake: duckdb.DuckDBPyConnection) -> None:
    logs = [(one[1:5], log(1 + one[5])) for one in TICKETS]
    means = expected(logs)
    shift = sum(value - mean for (_, value), mean in zip(logs, means, strict=True)) / len(logs)
    rows = {row["agent"]: row for row in case_mix(lake=lake, timezone=BERLIN).frame.to_dicts()}
    for who in ("Ana", "Bo", "Dov"):
        off = [
            value - mean - shift for one, (_, value), mean in zip(TICKETS, logs, means, strict=True) if one[0] == who
        ]
        centre, reach = sum(off) / len(off), 1.644854 * sqrt(sum(one * one for one in off)) / len(off)
        told = [exp(centre), exp(centre - reach), exp(centre + reach)]
        assert [rows[who][name] for name in ("index", "low", "high")] == pytest.approx(told)
    assert rows["Bo"]["observed"] > 2 * rows["Ana"]["observed"]
    assert rows["Bo"]["index"] < 1.1
    assert [rows[who]["is_beyond"] for who in ("Ana", "Bo", "Dov")] == [True, True, True]
    assert [row["index"] for row in rows.values() if row["tickets"] == 3] == [None]


def test_a_share_is_expected_as_of_like_tickets(lake: duckdb.DuckDBPyConnection) -> None:
    ones = [((one[2], one[3], one[4]), float(one[6] == 1)) for one in TICKETS]
    means = expected(ones)
    scale = sum(value for _, value in ones) / sum(means)
    rows = {
        row["queue"]: row for row in case_mix("one_touch_rate", "queue", lake=lake, timezone=BERLIN).frame.to_dicts()
    }
    for queue, row in rows.items():
        own = [
            (value, mean * scale) for one, (_, value), mean in zip(TICKETS, ones, means, strict=True) if one[1] == queue
        ]
        assert row["index"] == pytest.approx(sum(value for value, _ in own) / sum(mean for _, mean in own))
        reach = 1.644854 * sqrt(sum(mean * (1 - mean) for _, mean in own)) / sum(mean for _, mean in own)
        assert row["high"] - row["index"] == pytest.approx(reach)
        assert row["usual_low"] < row["index"] < row["usual_high"]
    assert set(rows) == {"Billing", "Technical"}


@pytest.mark.parametrize("of", ["replies_to_resolution", "agent_work_time"])
def test_the_whole_is_as_expected(of: str, lake: duckdb.DuckDBPyConnection) -> None:
    found = case_mix(of, lake=lake).frame
    off = (found["observed"] + 1).log() - (found["expected"] + 1).log() if of != "replies_to_resolution" else (
        found["observed"] - found["expected"])  # fmt: skip
    assert (off * found["tickets"]).sum() == pytest.approx(0, abs=1e-9)


def test_one_is_compared_with_what_the_asker_sees(lake: duckdb.DuckDBPyConnection) -> None:
    billing = Scope(queue_ids=frozenset({uid("Billing")}), internal=True)
    found = case_mix(scope=billing, lake=lake)
    assert found.tickets == sum(one[1] == "Billing" for one in TICKETS)
    assert case_mix(where={"queue": "Billing"}, lake=lake).frame.equals(found.frame)
    assert case_mix(until=at("mon 0:00"), lake=lake).observed is None


def test_the_page_draws_a_funnel_of_those_with_enough_tickets(lake: duckdb.DuckDBPyConnection) -> None:
    inquiry = INQUIRIES["comparison"]
    found = inquiry.found(Wanted(timezone=BERLIN), lake)
    figure = show(inquiry, found, read("", ZoneInfo(BERLIN))).figure
    assert figure
    low, high, dots = figure["data"]
    assert sorted(dots["x"]) == sorted(n for n in found.frame["tickets"] if n >= FEWEST)
    assert all(below < 1 < above for below, above in zip(low["y"], high["y"], strict=True))


def test_what_cannot_be_compared_is_refused(lake: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(Invalid, match="Case mix is adjusted for"):
        case_mix("backlog", lake=lake)
    with pytest.raises(Invalid, match="cannot be split by 'state'"):
        case_mix(by="state", lake=lake)
