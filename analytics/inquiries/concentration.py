"""Concentration: an organisation's tickets, those of the ten largest, and those of none."""

from analytics.concentration import LARGEST, concentration
from analytics.inquiries.inquiry import Column, Found, Inquiry, Row, Wanted
from analytics.inquiries.rows import OfMetric, Rows, Table
from analytics.measure_answer import Readable
from analytics.metric import Unit
from core.errors import Invalid

SUMS = (
    Column("created", "tickets created", Unit.TICKETS, opens=True),
    Column("others", "of no organisation", Unit.TICKETS, opens=True),
    Column("largest", "of the ten largest", Unit.TICKETS, opens=True),
    Column("top_share", "came from the ten largest", Unit.SHARE),
    Column("index", "Herfindahl index (1: all from one)", digits=3),
)
COLUMNS = (
    Column("organisation", "Organisation"),
    Column("tickets", "Tickets", Unit.TICKETS, opens=True),
    Column("share", "Share", Unit.SHARE),
)


def _ask(wanted: Wanted, lake: Readable) -> Found:
    found = concentration(**wanted.tickets, lake=lake)
    largest = int(found.frame["tickets"].head(LARGEST).sum())
    sums = {
        "created": found.tickets + found.others, "others": found.others, "largest": largest,
        "top_share": found.top_share, "index": found.index,
    }  # fmt: skip
    return Found(sums, found.frame, COLUMNS, found.tickets)


def _open(wanted: Wanted, part: str, row: Row, lake: Readable) -> Rows:
    if part == "tickets" and not row:
        raise Invalid("Say whose tickets: organisation_id is left out.", key="organisation_id")
    whose: dict[str, list[str | None]] = {}
    if part == "tickets":
        whose = {"organisation": [row["organisation_id"]]}
    elif part == "others":
        whose = {"organisation": [None]}
    elif part == "largest":
        found = concentration(**wanted.tickets, lake=lake).frame.head(LARGEST)
        if found.is_empty():
            return Table(found, {})
        whose = {"organisation": found["organisation_id"].to_list()}
    return OfMetric("tickets_created", lake, {**wanted.tickets, "where": {**wanted.where, **whose}})


CONCENTRATION = Inquiry(
    name="concentration", sums=SUMS, key=("organisation_id",), parts=("created", "others", "largest", "tickets"),
    of=("ticket", "tickets"), ask=_ask, open=_open, takes_filters=True, draws="tickets",
)  # fmt: skip
