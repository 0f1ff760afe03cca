"""Load fairness: what somebody owned and took opens to those tickets, their hours to the spans that they were there."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import polars as pl

from analytics.attendance import LOOK_BACK, fairness, load_rows
from analytics.inquiries.attendance import ATTENDANCE
from analytics.inquiries.inquiry import Column, Found, Inquiry, Row, Wanted
from analytics.inquiries.rows import OfQuery, Rows, Table
from analytics.measure_answer import Readable
from analytics.measure_bound import Query, bound, compiled
from analytics.measure_dimensions import DIMENSIONS
from analytics.measure_names import labelled
from analytics.measure_question import Question
from analytics.measure_tables import WHOLE
from analytics.measure_wall import Wall
from analytics.metric import Unit
from analytics.population import Chosen, asking, chosen, window_of
from core.errors import Invalid

SUMS = (
    Column("gini", "Gini coefficient of the loads (0: even)", digits=2),
    Column("max_to_median", "largest load by the median", digits=2),
)
COLUMNS = (
    Column("agent", "Who"),
    Column("load", "Tickets an hour there", digits=2),
    Column("open", "Open at the end", Unit.TICKETS, opens=True),
    Column("taken", "Taken", Unit.TICKETS, opens=True),
    Column("hours", "Hours online", Unit.HOURS, opens=True),
)

WORDS = {"dated": "Since", "queue": "Queue then"}


def _ask(wanted: Wanted, lake: Readable) -> Found:
    found = fairness(**wanted.time, people=wanted.people, scope=wanted.scope, lake=lake)
    sums = {"gini": found.gini, "max_to_median": found.max_to_median}
    return Found(sums, found.frame, COLUMNS, len(found.frame))


def _open(wanted: Wanted, part: str, row: Row, lake: Readable) -> Rows:
    if "agent_id" not in row:
        raise Invalid("Say whose: what people had is told for each of them.", key="agent_id")
    if part == "hours":
        return ATTENDANCE.open(wanted, "online_hours", row, lake)
    if wanted.people is not None and row["agent_id"] not in {str(one) for one in wanted.people}:
        return Table(pl.DataFrame(schema=["ticket_id", "number", *WORDS]), WORDS)

    @contextmanager
    def question() -> Iterator[Question]:
        with asking(lake, **wanted.time, scope=wanted.scope, about="Presence") as opened:
            yield opened

    def query(of: Question) -> tuple[Query, Wall, Mapping[str, Any]]:
        shape, (start, end) = chosen(of, complete_only=False), window_of(of, LOOK_BACK)
        values = {"since": start, "end_of_looking": end, "agent_id": row["agent_id"]}
        return _load(shape, part), shape.wall, values

    def finish(found: pl.DataFrame, of: Question) -> pl.DataFrame:
        local = pl.col("dated").dt.replace_time_zone("UTC").dt.convert_time_zone(wanted.timezone)
        return labelled(found.with_columns(local), [DIMENSIONS["queue"]], of.known, of.cursor)

    return OfQuery(question, query, finish, WORDS)


@lru_cache(256)
def _load(shape: Chosen, load: str) -> Query:
    rows = load_rows(shape, load)
    rows = rows.filter(rows.agent_id.cast("string") == bound("agent_id", "string")).drop("agent_id")
    rows = rows.join(WHOLE.ticket.select("ticket_id", "number"), "ticket_id")
    found = rows.select(
        "number", "dated", ticket_id=rows.ticket_id.cast("string"), queue_id=rows.queue_id.cast("string")
    )
    return compiled(found.order_by([found.dated.desc(), found.number.desc()]))


FAIRNESS = Inquiry(
    name="fairness", sums=SUMS, key=("agent_id",), parts=("open", "taken", "hours"), of=("person", "people"),
    ask=_ask, open=_open, draws="load",
    is_of_people=True,
    few=0,
)  # fmt: skip
