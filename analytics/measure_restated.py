"""The second series: what would have been promised and kept, had every accepted restatement been known when it begins.

A holiday that was entered late moves no due time of record. Asked for the restated series, numbers of clocks are made
of spans whose hours are those that hold as we know today; what clocks did (begin, stand still, end) is as recorded.
The product's fold says the same of single clocks (app/sla/restatement.py). Stays as recorded: due times that somebody
set, whether a breach was born, and a clock that its policy restarted when it was looked at anew for the restatement.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from importlib.resources import files
from string import Template
from typing import Literal

import duckdb

from analytics import business_time, models
from analytics.measure_wall import REMEMBERED
from analytics.measure_window import FAR
from analytics.metric import Metric
from core.errors import Invalid

Series = Literal["recorded", "restated"]


def is_restated(series: str, metrics: Iterable[Metric]) -> bool:
    """Whether the second series is asked for; refused where there is only one."""
    if series not in ("recorded", "restated"):
        raise Invalid(f"There is no series {series!r}; there are recorded and restated.", series=series)
    if series == "recorded":
        return False
    alone = [metric.title for metric in metrics if metric.family != "sla"]
    if alone:
        raise Invalid(f"Only what was promised can be restated; {alone[0]!r} has no restated series.", series=series)
    return True


def restate(cursor: duckdb.DuckDBPyConnection, known_at: datetime | None) -> None:
    """Make the tables of the second series, of what was known then; they go with the cursor's transaction."""
    prefix = f"temp.main.{REMEMBERED}" if known_at else "lake.main."
    for sql in _statements(prefix):
        cursor.execute(sql, {"known_at": known_at or FAR} if "$known_at" in sql else None)


@cache
def _statements(prefix: str) -> tuple[str, ...]:
    """One by one, each without comments, so that what is bound is what is asked."""
    timed = business_time.with_business_micros(
        "from restated_piece", "since", "ran_until", name="spent_us", table="restated_edge"
    )
    again = {
        "sla_segment": "select * from restated_again",
        "ticket_interval": f"from {prefix}ticket_interval",
        models.LAID_OUT: "select * from restated_edge",
    }
    told = files(__package__).joinpath("measure_restated.sql").read_text(encoding="utf-8")
    written = Template(told).safe_substitute(
        segment=f"{prefix}sla_segment",
        clock=f"{prefix}sla_clock",
        breach=f"{prefix}sla_breach",
        risk=f"{prefix}sla_risk",
        timed=timed,
        standing=models.select("sla_clock", "", **again),
        broken=models.select("sla_breach", "", **again),
        near=models.select("sla_risk", "", **again),
    )
    return tuple(one for one in written.split(";\n") if one.strip())
