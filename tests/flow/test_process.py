"""What is mined from logs: by hand, beside pm4py on the same log, and on a real one."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from numpy.random import default_rng

from analytics.flow import balance, ends, ping_pong, rework, sojourn, spells, transitions, variants, visits

MONDAY = datetime(2026, 1, 5)  # noqa: DTZ001 — naive UTC
VOLVO = Path(__file__).parents[2].parent / "shared" / "data" / "bpi13_volvo" / "bpi_13_incidents.csv"


def hour(n: float) -> datetime:
    return MONDAY + timedelta(hours=n)


def log(**ways: str) -> pl.DataFrame:
    """`a="NEW OPEN SOLVED"`: a ticket that is an hour in each, and stays in the last."""
    rows = [
        (ticket, n, activity, hour(n), None if n == len(way.split()) - 1 else hour(n + 1))
        for ticket, way in ways.items()
        for n, activity in enumerate(way.split())
    ]
    schema = {"ticket_id": pl.String, "n": pl.Int64, "activity": pl.String}
    schema |= dict.fromkeys(("since", "until"), pl.Datetime("us"))
    return pl.DataFrame(rows, schema=schema, orient="row")


def rows(frame: pl.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    return frame.select(columns).rows()


def test_transitions_are_counted_by_edge() -> None:
    found = transitions(log(a="NEW OPEN SOLVED", b="NEW OPEN HOLD OPEN SOLVED"))
    assert sorted(rows(found, "source", "target", "count", "tickets")) == [
        ("HOLD", "OPEN", 1, 1), ("NEW", "OPEN", 2, 2), ("OPEN", "HOLD", 1, 1), ("OPEN", "SOLVED", 2, 2)
    ]  # fmt: skip
    assert found["median_seconds"].unique().to_list() == [3600]


def test_ways_are_counted_the_most_common_first() -> None:
    found = variants(log(a="NEW OPEN SOLVED", b="NEW SOLVED", c="NEW OPEN SOLVED"))
    assert rows(found, "path", "tickets", "median_seconds") == [
        (["NEW", "OPEN", "SOLVED"], 2, 7200), (["NEW", "SOLVED"], 1, 3600)
    ]  # fmt: skip
    assert found["share"].to_list() == pytest.approx([2 / 3, 1 / 3])


def test_who_comes_back_is_rework() -> None:
    found = rework(log(a="NEW OPEN HOLD OPEN HOLD OPEN SOLVED", b="NEW OPEN SOLVED"))
    assert rows(found, "activity", "tickets", "tickets_again", "returns", "seconds_again")[:2] == [
        ("OPEN", 2, 1, 2, 7200), ("HOLD", 1, 1, 1, 3600)
    ]  # fmt: skip


def test_there_and_straight_back_is_ping_pong() -> None:
    found = ping_pong(log(a="A B A B", b="A B C A"))
    assert rows(found, "source", "target", "count", "tickets") == [("A", "B", 1, 1), ("B", "A", 1, 1)]


def test_a_log_begins_and_ends_somewhere() -> None:
    assert rows(ends(log(a="NEW SOLVED", b="NEW OPEN")), "activity", "first", "last") == [
        ("NEW", 2, 0), ("OPEN", 0, 1), ("SOLVED", 0, 1)
    ]  # fmt: skip


def test_visits_that_go_on_count_as_longer_than_until_now() -> None:
    own = log(a="OPEN SOLVED", b="OPEN", c="OPEN").with_columns(seen=pl.lit(hour(5)))
    (found,) = sojourn(own.filter(pl.col("activity") == "OPEN")).rows(named=True)
    assert (found["visits"], found["running"], found["median_seconds"], found["longest_seconds"]) == (3, 2, None, 18000)


def test_spans_of_one_activity_are_one_visit_and_nobody_is_left_out() -> None:
    spans = log(a="Ana Ana nobody Ana Bo").with_columns(pl.col("activity").replace("nobody", None))
    assert rows(visits(spans), "activity", "since", "until") == [("Ana", hour(0), hour(4)), ("Bo", hour(4), None)]


def test_an_empty_log_has_no_flow() -> None:
    nothing = log()
    for mine in (visits, transitions, variants, rework, ping_pong, ends):
        assert mine(nothing).is_empty()
    assert sojourn(nothing.with_columns(seen=pl.lit(MONDAY))).is_empty()


def test_what_touches_is_one_stay() -> None:
    spans = log(a="NEW OPEN", b="NEW").with_columns(until=pl.coalesce("until", pl.lit(hour(9))))
    assert rows(spells(spans), "ticket_id", "since", "until") == [("a", hour(0), hour(9)), ("b", hour(0), hour(9))]


def test_littles_law_holds_but_for_the_edges() -> None:
    chance = default_rng(4)
    since = [hour(float(at)) for at in chance.uniform(0, 400, 200)]
    until = [start + timedelta(hours=float(chance.exponential(10))) for start in since]
    stays = pl.DataFrame({"since": since, "until": until})
    stays = stays.filter((pl.col("until") > hour(100)) & (pl.col("since") < hour(300)))
    inside = pl.min_horizontal("until", pl.lit(hour(300))) - pl.max_horizontal("since", pl.lit(hour(100)))
    held = stays.select(inside.dt.total_microseconds().sum()).item() / 1e6
    found = balance(stays, held, hour(100), hour(300))
    assert found.opening + found.arrivals - found.departures == found.closing
    assert found.unexplained == pytest.approx(0, abs=1e-6)
    assert abs(found.share) < 0.1
    missing = balance(stays.head(len(stays) - 9), held, hour(100), hour(300))
    assert abs(missing.unexplained) > 0.1


@pytest.mark.filterwarnings("ignore")  # pm4py's own
def test_edges_are_those_of_pm4py() -> None:
    """One log of states and of owners; pm4py's handovers are shares of all, at beta 0 those from hand to next hand."""
    import pm4py

    chance = default_rng(11)
    ways = {f"t{n}": " ".join(chance.choice([*"ABCD"], chance.integers(1, 9))) for n in range(60)}
    own = log(**ways)
    theirs = own.select("ticket_id", "activity", "since").to_pandas()
    keys = {"activity_key": "activity", "timestamp_key": "since", "case_id_key": "ticket_id"}
    edges, starts, stops = pm4py.discover_dfg(theirs, **keys)
    found = transitions(own)
    ours = {(source, target): n for source, target, n in rows(found, "source", "target", "count")}
    assert ours == dict(edges)
    assert {a: n for a, n in rows(ends(own), "activity", "first") if n} == dict(starts)
    assert {a: n for a, n in rows(ends(own), "activity", "last") if n} == dict(stops)
    handed = pm4py.discover_handover_of_work_network(
        theirs, resource_key="activity", timestamp_key="since", case_id_key="ticket_id"
    )
    total = sum(ours.values())
    assert {edge: n / total for edge, n in ours.items()} == pytest.approx(dict(handed.connections))
    theirs_by_way = pm4py.get_variants(theirs, **keys)
    assert {tuple(way): n for way, n in rows(variants(own), "path", "tickets")} == dict(theirs_by_way)


@pytest.mark.skipif(not VOLVO.exists(), reason="the Volvo log is not on this machine")
def test_the_edges_of_a_real_log_are_those_that_plain_python_counts() -> None:
    events = pl.read_csv(VOLVO, schema_overrides={"ActivityID": pl.String}, try_parse_dates=True).with_row_index("n")
    own = events.select(ticket_id="CaseID", activity="ActivityID", since="CompleteTimestamp", n="n")
    own = own.with_columns(until=pl.lit(None, dtype=pl.Datetime("us"))).sort("ticket_id", "since", "n")
    counts: dict[tuple[str, str], int] = {}
    before: dict[str, str] = {}
    for ticket, activity in own.select("ticket_id", "activity").iter_rows():
        if ticket in before:
            counts[before[ticket], activity] = counts.get((before[ticket], activity), 0) + 1
        before[ticket] = activity
    assert {(s, t): n for s, t, n in rows(transitions(own), "source", "target", "count")} == counts
    assert len(before) == variants(own)["tickets"].sum() > 7000
