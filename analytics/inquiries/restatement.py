"""Restatement rate: it opens to its cells, and a cell to what was behind it then and is behind it now."""

from datetime import datetime, time, timedelta
from typing import Any

import polars as pl

from analytics import catalogue
from analytics.inquiries.inquiry import Choice, Column, Found, Inquiry, Row, Wanted, instant
from analytics.inquiries.rows import OfMetric, Rows, Table
from analytics.measure_answer import Readable
from analytics.measure_window import Instant, naive
from analytics.metric import Unit
from analytics.restated import published_until, restatement
from analytics.zones import zone_of
from core import clock

USUAL_DAYS = 7
SPLITS = ("queue", "priority", "channel", "agent", "organisation")
CELLS = ("cells", "restated")
SUMS = (
    Column("cells", "published cells", Unit.EVENTS, opens=True),
    Column("restated", "are another number today", Unit.EVENTS, opens=True),
    Column("rate", "of them restated", Unit.SHARE),
)
CHOICES = (
    Choice(
        "metric", "Number",
        tuple((name, f"{of.title}, {said.title}" if len(of.statistics) > 1 else of.title)
              for name, (of, said) in sorted(catalogue.COLUMNS.items(), key=lambda one: (one[1][0].title, one[0]))),
        usual="solve_events", kind="many",
    ),
    Choice("published_at", "Published on", kind="date"),
    Choice("by", "Split by", (("", "Nothing"), *((name, name.capitalize()) for name in SPLITS))),
    Choice("grain", "In cells of a", (("day", "Day"), ("week", "Week"), ("month", "Month")), "week"),
)  # fmt: skip


def _ask(wanted: Wanted, lake: Readable) -> Found:
    column, unit = _column(wanted)
    if _is_after(wanted.since, _published_at(wanted), wanted.timezone):
        return Found({"cells": 0, "restated": 0, "rate": None}, pl.DataFrame(), (), 0)
    found = restatement(column, published_at=_published_at(wanted), **_cut(wanted), lake=lake)
    frame = found.frame.sort("is_restated", "period", descending=[True, True])
    by = wanted.of("by")
    columns = (
        Column("period", wanted.of("grain").capitalize()), *((Column(by, by.capitalize()),) if by else ()),
        Column("published", "Published", unit, opens=True), Column("now", "Today", unit, opens=True),
        Column("is_restated", "Restated"),
    )  # fmt: skip
    return Found({"cells": found.cells, "restated": found.restated, "rate": found.rate}, frame, columns, found.cells)


def _open(wanted: Wanted, part: str, row: Row, lake: Readable) -> Rows:
    if part in CELLS:
        found = _ask(wanted, lake)
        cells = found.frame.filter("is_restated") if part == "restated" else found.frame
        return Table(cells, {column.name: column.words for column in found.columns}, ("cell", "cells"))
    column, _ = _column(wanted)
    by, asked = wanted.of("by"), _cut(wanted)
    key = by if by in row else f"{by}_id"
    whose = {by: [row[key]]} if key in row else {}
    published_at = _published_at(wanted)
    asked |= {
        "by": (), "where": {**wanted.where, **whose}, "until": published_until(wanted.until, published_at),
        "period": instant(row["period"], wanted.timezone) if "period" in row else None,
    }  # fmt: skip
    known: dict[str, Any] = {"as_known_at": published_at} if part == "published" else {}
    return OfMetric(column, lake, {**asked, **known}, of=("row", "rows"))


def _is_after(since: Instant | None, published_at: datetime, timezone: str) -> bool:
    """Whether nothing of the time could be published then."""
    begins, said = (naive(one, zone_of(timezone)) for one in (since, published_at))
    return begins is not None and said is not None and begins >= said


def _cut(wanted: Wanted) -> dict[str, Any]:
    return {**wanted.tickets, "by": wanted.of("by") or (), "grain": wanted.of("grain")}


def _column(wanted: Wanted) -> tuple[str, Unit]:
    name = wanted.of("metric")
    return name, catalogue.statistic(name)[1].unit


def _published_at(wanted: Wanted) -> datetime:
    text, zone = wanted.of("published_at"), zone_of(wanted.timezone)
    if text:
        return instant(text, wanted.timezone)
    day = clock.now().astimezone(zone).date() - timedelta(days=USUAL_DAYS)
    return datetime.combine(day, time(), zone)


RESTATEMENT = Inquiry(
    name="restatement", sums=SUMS, key=("period", *SPLITS, *(f"{name}_id" for name in SPLITS)),
    parts=(*CELLS, "published", "now"), of=("cell", "cells"), ask=_ask, open=_open, choices=CHOICES,
    takes_filters=True,
)  # fmt: skip
