"""`survival()`: how long it takes until tickets are solved, those that are not solved included."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil, floor
from typing import Any, Unpack

import polars as pl

from analytics.drill import Drilled
from analytics.measure_answer import Readable
from analytics.measure_dimensions import DIMENSIONS
from analytics.measure_known import position_of
from analytics.measure_names import label_columns, labelled
from analytics.measure_question import Question
from analytics.population import SPLITS, Looking, asking, chosen, looked_until
from analytics.survival import lives
from analytics.survival.curve import Curve
from analytics.survival.log_rank import LogRank, log_rank
from core.errors import Invalid

ABOUT = "Time to first solve"
MOST_SLICES = 50


@dataclass(frozen=True, slots=True)
class Slice:
    """The curve of the tickets that have these values (`queue_id` for programs, `queue` for people)."""

    values: Mapping[str, Any]
    curve: Curve


@dataclass(frozen=True, slots=True)
class Survival:
    """A curve for each slice, largest first, and whether they differ by more than chance."""

    slices: tuple[Slice, ...]
    difference: LogRank | None
    as_of: datetime
    position: int

    @property
    def curve(self) -> Curve:
        """The only curve, of a question without a split."""
        (only,) = self.slices
        return only.curve


def survival(*, lake: Readable, by: str | Sequence[str] = (), **asked: Unpack[Looking]) -> Survival:
    """Kaplan-Meier over all tickets created in [since, until), from creation to first solve (METRICS.md 33, 34).

    Open ones are censored at `as_of` (or now), merged, spam and deleted ones when they became so. Splits and filters
    are by the values at creation. Imported tickets count only if their history is complete.
    """
    with asking(lake, about=ABOUT, by=by, **asked) as question:
        shape = chosen(question, counts_all=True)
        cells = question.run(lives.counted(shape), shape.wall, end_of_looking=looked_until(question))
        position = position_of(question.known, question.cursor)
        slices = tuple(_slices(cells, question))
    difference = log_rank([one.curve for one in slices]) if len(slices) > 1 else None
    return Survival(slices, difference, looked_until(question).replace(tzinfo=UTC), position)


def tickets(
    *,
    lake: Readable,
    part: lives.Part = "all",
    age_seconds: float = 0,
    limit: int | None = None,
    offset: int = 0,
    **asked: Unpack[Looking],
) -> Drilled:
    """The tickets behind a curve, the longest first: as many as its n, as many solved as have ended.

    Or a `part` of them: those "at_risk" right before an age, or those "solved" by it.
    """
    with asking(lake, about=ABOUT, **asked) as question:
        shape, end = chosen(question, counts_all=True), looked_until(question)
        values = {"end_of_looking": end, "age": ceil(age_seconds) if part == "at_risk" else floor(age_seconds)}
        most = 2**62 if limit is None else limit
        found = question.run(lives.listed(shape, part), shape.wall, **values, limit=most, offset=offset)
        total = int(question.run(lives.how_many(shape, part), shape.wall, **values).item())
        splits = [DIMENSIONS[name] for name in SPLITS]
        frame = labelled(found, splits, question.known, question.cursor)
    times = ("created_at", "stopped_at")
    local = (pl.col(name).dt.replace_time_zone("UTC").dt.convert_time_zone(question.timezone) for name in times)
    columns = ["ticket_id", "number", *times, "seconds", "outcome", *label_columns(splits)]
    return Drilled(frame.with_columns(*local).select(columns), total)


def _slices(cells: pl.DataFrame, question: Question) -> list[Slice]:
    if not question.by:
        return [Slice({}, _curve(cells))]
    cells = labelled(cells, question.by, question.known, question.cursor)
    keys = label_columns(question.by)
    found = [
        Slice(dict(zip(keys, values, strict=True)), _curve(own))
        for values, own in cells.group_by(keys, maintain_order=True)
    ]
    if len(found) > MOST_SLICES:
        raise Invalid(f"That is {len(found):,} curves, more than {MOST_SLICES}; filter, or split by less.")
    return sorted(found, key=lambda one: (-one.curve.n, str(one.values)))


def _curve(cells: pl.DataFrame) -> Curve:
    """`cells` are sorted by seconds, each of which occurs once."""
    columns = (cells[name].cast(pl.Float64).to_numpy() for name in ("seconds", "ended", "left"))
    return Curve(*columns)
