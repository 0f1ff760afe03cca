"""Peaks: a height opens to the tickets that stood then, hours above a threshold to the spans in which it was passed."""

from datetime import datetime, timedelta
from typing import Any

import polars as pl

from analytics import catalogue
from analytics.inquiries.inquiry import Choice, Column, Found, Inquiry, Row, Wanted, instant
from analytics.inquiries.rows import OfMetric, Rows, Table
from analytics.measure_answer import Readable
from analytics.metric import Unit
from analytics.peak import HEIGHTS, peak, stretches

TICK = timedelta(microseconds=1)
CHOICES = (
    Choice("of", "What stood", tuple((name, catalogue.METRICS[name].title) for name in HEIGHTS)),
    Choice(
        "grain", "The peak of each", (("hour", "Hour"), ("day", "Day"), ("week", "Week"), ("month", "Month")), "day"
    ),
    Choice("above", "Hours above", kind="number"),
)
WORDS = {"since": "Since", "until": "Until", "height": "Tickets", "hours": "Hours"}


def _ask(wanted: Wanted, lake: Readable) -> Found:
    above, grain = wanted.number("above"), wanted.of("grain")
    frame = _peaks(wanted, lake)
    highest = frame.sort("peak", "period", descending=[True, False]).row(0, named=True)
    sums = {"peak": highest["peak"]} | ({} if above is None else {"hours_above": frame["hours_above"].sum()})
    over = () if above is None else (Column("hours_above", f"Hours above {above}", Unit.HOURS, opens=True),)
    columns = (
        Column("period", grain.capitalize()), Column("peak", "Peak", Unit.TICKETS, opens=True),
        Column("peak_at", "First so high"), *over,
    )  # fmt: skip
    return Found(sums, frame, columns, highest["peak"])


def _open(wanted: Wanted, part: str, row: Row, lake: Readable) -> Rows:
    period = instant(row["period"], wanted.timezone) if "period" in row else None
    if part == "hours_above":
        return Table(_above(wanted, period, lake), WORDS, ("stretch", "stretches"))
    found = _peaks(wanted, lake)
    found = found if period is None else found.filter(pl.col("period") == period)
    at: list[datetime] = found.sort("peak", "period", descending=[True, False])["peak_at"].head(1).to_list()
    stood_at = at[0] if at else period
    asked: dict[str, Any] = {**wanted.tickets, "since": None, "until": stood_at and stood_at + TICK}
    return OfMetric(wanted.of("of"), lake, asked)


def _peaks(wanted: Wanted, lake: Readable) -> pl.DataFrame:
    given = {**wanted.tickets, "grain": wanted.of("grain"), "above": wanted.number("above")}
    return peak(wanted.of("of"), **given, lake=lake)  # type: ignore[arg-type]


def _above(wanted: Wanted, period: datetime | None, lake: Readable) -> pl.DataFrame:
    given = {**wanted.tickets, "grain": wanted.of("grain"), "above": wanted.number("above") or 0}
    found = stretches(wanted.of("of"), **given, lake=lake)  # type: ignore[arg-type]
    found = found if period is None else found.filter(pl.col("period") == period)
    return found.drop("period").sort("since", descending=True)


PEAK = Inquiry(
    name="peak",
    sums=(
        Column("peak", "tickets at the highest", Unit.TICKETS, opens=True),
        Column("hours_above", "hours above the threshold", Unit.HOURS, opens=True),
    ),
    key=("period",), parts=("peak", "hours_above"), of=("ticket", "tickets"), ask=_ask, open=_open, choices=CHOICES,
    takes_filters=True, draws="peak",
)  # fmt: skip
