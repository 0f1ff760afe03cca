"""Late events: each number opens to its events, with their tickets and by how much they were late."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import polars as pl

from analytics.inquiries.inquiry import Column, Found, Inquiry, Row, Wanted, total
from analytics.inquiries.rows import OfQuery, Rows
from analytics.measure_answer import Readable
from analytics.measure_bound import Query, bound, compiled
from analytics.measure_question import Question
from analytics.measure_tables import WHOLE
from analytics.measure_wall import Wall
from analytics.metric import Unit
from analytics.population import Chosen, asking, chosen
from analytics.restated import lateness, told

COUNTS = ("events", "late")
SUMS = (
    Column("events", "events", Unit.EVENTS, opens=True),
    Column("late", "entered late", Unit.EVENTS, opens=True),
    Column("late_share", "of them late", Unit.SHARE),
)
COLUMNS = (
    Column("source", "Came in by"),
    Column("events", "Events", Unit.EVENTS, opens=True),
    Column("late", "Late", Unit.EVENTS, opens=True),
    Column("late_share", "Share late", Unit.SHARE),
)
WORDS = {
    "kind": "What",
    "source": "Came in by",
    "occurred_at": "Happened",
    "recorded_at": "Entered",
    "seconds": "Late by",
}


def _ask(wanted: Wanted, lake: Readable) -> Found:
    frame = lateness(**wanted.time, scope=wanted.scope, lake=lake)
    sums = total(frame, COUNTS)
    share = {"late_share": sums["late"] / sums["events"] if sums["events"] else None}
    return Found({**sums, **share}, frame, COLUMNS, int(sums["events"]))


def _open(wanted: Wanted, part: str, row: Row, lake: Readable) -> Rows:
    @contextmanager
    def question() -> Iterator[Question]:
        with asking(lake, **wanted.time, scope=wanted.scope, about="Lateness") as opened:
            yield opened

    def query(of: Question) -> tuple[Query, Wall, Mapping[str, Any]]:
        shape = chosen(of, complete_only=False)
        of_source = {"source": row["source"]} if "source" in row else {}
        return _events(shape, part == "late", bool(of_source)), shape.wall, of_source

    def finish(found: pl.DataFrame, of: Question) -> pl.DataFrame:
        local = pl.col("occurred_at", "recorded_at").dt.replace_time_zone("UTC").dt.convert_time_zone(wanted.timezone)
        late = (pl.col("recorded_at") - pl.col("occurred_at")).dt.total_seconds()
        return found.with_columns(local, seconds=late)

    return OfQuery(question, query, finish, WORDS, ("event", "events"))


@lru_cache(256)
def _events(shape: Chosen, is_late: bool, is_of_source: bool) -> Query:
    event = told(shape)
    event = event.filter(event.is_late) if is_late else event
    event = event.filter(event.source == bound("source", "string")) if is_of_source else event
    event = event.join(WHOLE.ticket.select("ticket_id", "number"), "ticket_id")
    found = event.select(
        "number", "kind", "source", "occurred_at", "recorded_at", ticket_id=event.ticket_id.cast("string")
    )
    newest = [found.occurred_at.desc(), found.number.desc(), found.recorded_at.desc(), found.kind]
    return compiled(found.order_by(newest))


LATENESS = Inquiry(
    name="lateness", sums=SUMS, key=("source",), parts=COUNTS, of=("event", "events"), ask=_ask, open=_open,
    draws="late",
)  # fmt: skip
