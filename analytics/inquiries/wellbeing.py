"""Organisations' health: the counts that its parts rest on open to their rows."""

from analytics import catalogue
from analytics.inquiries.inquiry import Column, Found, Inquiry, Row, Wanted, organisation_of
from analytics.inquiries.rows import OfMetric, Rows
from analytics.measure_answer import Readable
from analytics.metric import Unit
from analytics.population import time_of
from analytics.wellbeing import COUNTS, LOOK_BACK, WEIGHTS, wellbeing

PARTS = {
    "promises": "Promises kept", "contentment": "Content", "volume": "Volume as usual", "return": "Solved for good",
    "oldest": "Oldest open", "silence": "Not left alone",
}  # fmt: skip
COLUMNS = (
    Column("organisation", "Organisation"),
    Column("score", "Health", digits=0),
    *(Column(name, f"{words} ({WEIGHTS[name]} %)", digits=0) for name, words in PARTS.items()),
    Column("due", "Promises due", Unit.CLOCKS, opens=True),
    Column("rated", "Ratings", Unit.EVENTS, opens=True),
    Column("created", "Tickets created", Unit.TICKETS, opens=True),
    Column("solved", "First solves", Unit.TICKETS, opens=True),
    Column("open", "Open", Unit.TICKETS, opens=True),
)


def _ask(wanted: Wanted, lake: Readable) -> Found:
    frame = wellbeing(**wanted.tickets, lake=lake).frame
    return Found({"organisations": len(frame)}, frame, COLUMNS, len(frame))


def _open(wanted: Wanted, part: str, row: Row, lake: Readable) -> Rows:
    since, until = time_of(wanted.since, wanted.until or wanted.as_of, wanted.timezone, LOOK_BACK)
    where = {**wanted.where, "organisation": [organisation_of(row)]}
    asked = {**wanted.tickets, "where": where, "since": None if part == "open" else since, "until": until}
    return OfMetric(catalogue.METRICS[COUNTS[part]], lake, asked)


WELLBEING = Inquiry(
    name="wellbeing", sums=(Column("organisations", "organisations", Unit.EVENTS),), key=("organisation_id",),
    parts=tuple(COUNTS), of=("organisation", "organisations"), ask=_ask, open=_open, takes_filters=True, draws="score",
    draws_smallest=True,
)  # fmt: skip
