"""Of many histories DuckDB says what Polars and plain Python say. CLEARQUEUE_TEST_DEPTH=200 asks of ten thousand."""

import warnings
from dataclasses import replace
from datetime import datetime
from random import Random

import pytest

from analytics import business_time
from analytics.measure_dimensions import DERIVED
from tests.depth import examples
from tests.metrics import reference
from tests.metrics.crowd import crowd, question
from tests.metrics.crowd_hours import hours_told, open_micros
from tests.metrics.crowd_house import house_told
from tests.metrics.polars_engine import LACKS, PolarsLake
from tests.metrics.reference import Asked, Cell, Row, as_text
from tests.metrics.reference_standing import HOURLY
from tests.metrics.shelf import shelf
from tests.metrics.test_laws import cells, numbers

HISTORIES, QUESTIONS = 50, 5

NOT_ON_POLARS = {
    "joins on ranges": {
        "open_age", "unassigned_age", "awaiting_reply_age", "silence", "ball_in_court", "backlog_days",
        "first_contact_resolution", "repeat_contact_rate", "automated_resolution_rate",
    },
    "joins on ranges, of the past": {
        "sla_attainment", "ticket_sla_attainment", "sla_breaches", "sla_breach_magnitude", "sla_burn",
        "sla_attainment_fulfilled", "sla_voids",
    },
    "windows": {"first_contact_resolution", "repeat_contact_rate", "automated_resolution_rate"},
}  # fmt: skip
"""What stands on operations that Ibis' Polars backend does not have: DuckDB and plain Python alone say these numbers.

Ages are joined with the ends of periods; the past of clocks is the spans of theirs. All else of the catalogue is said
three times.
"""
IN_HOURS = (
    "first_reply_time", "next_reply_time", "first_assignment_time", "assigned_to_first_reply", "full_resolution_time",
    "first_resolution_time", "cycle_time", "reopen_to_resolve", "status_time", "first_human_reply_time",
    "open_age", "unassigned_age", "awaiting_reply_age", "silence",
)  # fmt: skip
"""Durations from one instant to another; sums of pieces have tests of their own (test_business.py)."""
OF_THE_PAST = datetime(2026, 3, 1)  # noqa: DTZ001 — naive UTC


@pytest.mark.parametrize("seed", range(examples(1)))
def test_of_a_crowd_all_three_say_the_same(seed: int) -> None:
    chance = Random(seed)
    told = crowd(chance, HISTORIES)
    events = [*house_told(), *told.events]
    lake = shelf(events)
    polars = PolarsLake(lake)
    for asked in [question(chance) for _ in range(QUESTIONS)]:
        found = cells(numbers(lake, asked), asked)
        alike(asked, found, as_said(reference.answer(events, asked)))
        if (also := on_polars(polars, asked)) is not None:
            alike(asked, found, also)


@pytest.mark.parametrize("seed", range(examples(1)))
def test_of_a_crowd_whose_hours_were_edited_both_say_the_same(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(business_time, "FIRST_YEAR", 2025)
    monkeypatch.setattr(business_time, "LAST_YEAR", 2026)
    chance = Random(-1 - seed)
    told = crowd(chance, HISTORIES)
    events = [*hours_told(), *told.events]
    lake = shelf(events)
    for _ in range(QUESTIONS):
        asked = replace(question(chance, IN_HOURS), hours=open_micros)
        found = cells(numbers(lake, asked, basis="business"), asked)
        alike(asked, found, as_said(reference.answer(events, asked)))


@pytest.mark.parametrize("operation", NOT_ON_POLARS)
def test_what_polars_is_said_to_lack_it_lacks(nothing: PolarsLake, operation: str) -> None:
    as_of = OF_THE_PAST if operation.endswith("of the past") else None
    for metric in NOT_ON_POLARS[operation]:
        assert on_polars(nothing, Asked(metric, grain="week", since=OF_THE_PAST, as_of=as_of)) is None


@pytest.fixture(scope="module")
def nothing() -> PolarsLake:
    return PolarsLake(shelf([]))


def as_said(expected: dict[Cell, Row]) -> dict[Cell, Row]:
    """The reference's cells as answers spell them."""
    return {(cell[0], *map(as_text, cell[1:])): found for cell, found in expected.items()}


def alike(asked: Asked, one: dict[Cell, Row], other: dict[Cell, Row]) -> None:
    """Both have the same numbers; a cell that only one has is one of nothing."""
    nothing = reference.statistics(asked.metric, [])
    for cell in one.keys() | other.keys():
        if cell not in other and asked.metric in HOURLY:
            assert not any(one[cell].values()), (asked, cell)
            continue
        assert one.get(cell, nothing) == pytest.approx(other.get(cell, nothing)), (asked, cell)


def on_polars(lake: PolarsLake, asked: Asked) -> dict[Cell, Row] | None:
    """What Polars says; None where it must have what it has not. Any other metric, or any other refusal, is a fault."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return cells(numbers(lake, asked), asked)
    except tuple({refusal for refusal, _ in LACKS.values()}) as refused:
        if not is_known(asked, str(refused)):
            raise
        return None


def is_known(asked: Asked, refusal: str) -> bool:
    """Whether it stands in NOT_ON_POLARS that this metric needs what Polars refuses."""
    operations = [
        of.removesuffix(", of the past")
        for of, metrics in NOT_ON_POLARS.items()
        if asked.metric in metrics and (asked.as_of is not None or not of.endswith("of the past"))
    ]
    if any(name in DERIVED and not DERIVED[name][1] for name in asked.by):
        operations += LACKS  # what something was then: its version by the instant, and which was the first
    return any(LACKS[of][1] in refusal for of in operations)
