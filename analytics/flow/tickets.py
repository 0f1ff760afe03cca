"""The tickets behind what was mined: as many as each number says."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Unpack

import polars as pl

from analytics.drill import Drilled
from analytics.flow import spans
from analytics.flow.answer import ABOUT, log_of
from analytics.flow.visits import steps
from analytics.measure_answer import Readable
from analytics.measure_dimensions import DIMENSIONS
from analytics.measure_names import label_columns, labelled
from analytics.population import SPLITS, Looking, asking, chosen


@dataclass(frozen=True, slots=True)
class Way:
    """What tickets did, by ids of activities. Of several, the first that is given counts; of none, all of them."""

    path: tuple[str, ...] = ()
    """They took this way, whole."""
    step: tuple[str, str] | None = None
    """They went from the one straight to the other."""
    there_and_back: tuple[str, str] | None = None
    """They went there and straight back."""
    again: str = ""
    """They were there more than once."""
    at: str = ""
    """They were there."""

    def took(self, log: pl.DataFrame) -> pl.Series:
        """Their ids."""
        return self._taken(log)["ticket_id"].unique()

    def _taken(self, log: pl.DataFrame) -> pl.DataFrame:
        if self.path:
            ways = log.group_by("ticket_id", maintain_order=True).agg(pl.col("activity").str.join("\x1f"))
            return ways.filter(pl.col("activity") == "\x1f".join(self.path))
        if self.step:
            source, target = self.step
            return steps(log).filter(pl.col("source") == source, pl.col("target") == target)
        if self.there_and_back:
            return _thrown(log, *self.there_and_back)
        if self.again:
            there = log.filter(pl.col("activity") == self.again)
            return there.filter(pl.len().over("ticket_id") > 1)
        return log.filter(pl.col("activity") == self.at) if self.at else log


def tickets(
    way: Way,
    *,
    lake: Readable,
    activity: str = "state",
    limit: int | None = None,
    offset: int = 0,
    **asked: Unpack[Looking],
) -> Drilled:
    """The tickets created in the window that went this way, the newest first, as `process` counted them."""
    with asking(lake, about=ABOUT, **asked) as question:
        shape, took = chosen(question), way.took(log_of(question, activity))
        rows = question.run(spans.cohort(shape), shape.wall).filter(pl.col("ticket_id").is_in(took.implode()))
        splits = [DIMENSIONS[name] for name in SPLITS]
        frame = labelled(rows.slice(offset, limit), splits, question.known, question.cursor)
    local = pl.col("created_at").dt.replace_time_zone("UTC").dt.convert_time_zone(question.timezone)
    columns: Sequence[str] = ["ticket_id", "number", "created_at", *label_columns(splits)]
    return Drilled(frame.with_columns(local).select(columns), len(rows))


def _thrown(log: pl.DataFrame, source: str, target: str) -> pl.DataFrame:
    same = pl.col("ticket_id") == pl.col("ticket_id").shift(-2)
    there = (pl.col("activity") == source) & (pl.col("activity").shift(-1) == target)
    return log.filter(same & there & (pl.col("activity").shift(-2) == source))
