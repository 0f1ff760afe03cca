"""Hours there: a number of hours opens to the spans that it is the sum of."""

import polars as pl

from analytics.attendance import attendance, spans
from analytics.inquiries.inquiry import Choice, Column, Found, Inquiry, Row, Wanted, instant, total
from analytics.inquiries.rows import Rows, Table
from analytics.measure_answer import Readable
from analytics.metric import Unit

HOURS = ("online_hours", "away_hours")
GRAINS = Choice("grain", "By", (("", "Whole time"), ("day", "Day"), ("week", "Week"), ("month", "Month")))
SUMS = (
    Column("online_hours", "hours online", Unit.HOURS, opens=True),
    Column("away_hours", "hours away", Unit.HOURS, opens=True),
)
WORDS = {"agent": "Who", "presence": "Was", "since": "Since", "until": "Until", "hours": "Hours"}


def _ask(wanted: Wanted, lake: Readable) -> Found:
    grain = wanted.of("grain") or None
    frame = attendance(grain=grain, **wanted.time, people=wanted.people, lake=lake)
    frame = frame if grain else frame.sort("online_hours", "agent", descending=[True, False])
    period = (Column("period", grain.capitalize()),) if grain else ()
    columns = (
        *period, Column("agent", "Who"), Column("online_hours", "Hours online", Unit.HOURS, opens=True),
        Column("away_hours", "Hours away", Unit.HOURS, opens=True),
    )  # fmt: skip
    return Found(total(frame, HOURS), frame, columns, frame["agent_id"].n_unique())


def _open(wanted: Wanted, part: str, row: Row, lake: Readable) -> Rows:
    grain = wanted.of("grain") or None
    found = spans(grain=grain, **wanted.time, people=wanted.people, lake=lake)
    found = found.filter(pl.col("presence") == part.removesuffix("_hours"))
    if "agent_id" in row:
        found = found.filter(pl.col("agent_id") == row["agent_id"])
    if "period" in row and grain:
        found = found.filter(pl.col("period") == instant(row["period"], wanted.timezone))
    hours = (pl.col("until") - pl.col("since")).dt.total_microseconds() / 3.6e9
    local = pl.col("since", "until").dt.replace_time_zone("UTC").dt.convert_time_zone(wanted.timezone)
    rows = found.with_columns(hours=hours).with_columns(local).sort("since", "agent", descending=[True, False])
    return Table(rows.select("agent_id", *WORDS), WORDS, ("span", "spans"))


ATTENDANCE = Inquiry(
    name="attendance", sums=SUMS, key=("agent_id", "period"), parts=HOURS, of=("person", "people"), ask=_ask,
    open=_open, choices=(GRAINS,), draws="online_hours",
    is_of_people=True,
    few=0,
)  # fmt: skip
