"""Case mix: how the tickets of a slice went by how like tickets go; its tickets open to those of the metric."""

from typing import Any

from analytics import catalogue
from analytics.case_mix import COMPARED, FEWEST, OUTCOMES, CaseMix, case_mix
from analytics.inquiries.inquiry import Choice, Column, Found, Inquiry, Row, Wanted
from analytics.inquiries.rows import OfMetric, Rows
from analytics.measure_answer import Readable
from analytics.metric import Unit

CHOICES = (
    Choice("of", "What is compared", tuple((name, catalogue.METRICS[name].title) for name in OUTCOMES)),
    Choice("by", "Of each", tuple((name, name.capitalize()) for name in COMPARED)),
)


def _ask(wanted: Wanted, lake: Readable) -> Found:
    found, by = _compare(wanted, lake), wanted.of("by")
    columns = (
        Column(by, by.capitalize()),
        Column("index", "Index (1: as expected)", digits=2),
        Column("low", "At least (90 % sure)", digits=2),
        Column("high", "At most (90 % sure)", digits=2),
        Column("is_beyond", "Beyond chance"),
        Column("observed", "Observed", found.unit),
        Column("expected", "Expected", found.unit),
        Column("tickets", "Tickets", Unit.TICKETS, opens=True),
    )
    sums = {"tickets": found.tickets, "beyond": int(found.frame["is_beyond"].sum())}
    return Found(sums, found.frame, columns, found.tickets)


def _compare(wanted: Wanted, lake: Readable) -> CaseMix:
    return case_mix(wanted.of("of"), wanted.of("by"), **wanted.tickets, lake=lake)


def _open(wanted: Wanted, part: str, row: Row, lake: Readable) -> Rows:
    by = wanted.of("by")
    key = f"{by}_id" if f"{by}_id" in row else by
    whose = {by: [row[key]]} if key in row else {}
    asked: dict[str, Any] = {**wanted.tickets, "where": {**wanted.where, **whose}}
    counting = catalogue.METRICS[wanted.of("of")].n
    assert counting
    return OfMetric(counting, lake, asked)


COMPARISON = Inquiry(
    name="comparison",
    sums=(
        Column("tickets", "tickets compared", Unit.TICKETS, opens=True),
        Column("beyond", "beyond what chance explains", Unit.EVENTS),
    ),
    key=(*(f"{name}_id" for name in COMPARED if name != "channel"), "channel"), parts=("tickets",),
    of=("ticket", "tickets"), ask=_ask, open=_open, choices=CHOICES, takes_filters=True, draws="index",
    draws_funnel=True, few=FEWEST,
)  # fmt: skip
