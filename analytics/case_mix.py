"""Who does better or worse than what came to them explains: observed by expected, over like tickets (METRICS.md 86).

    case_mix("full_resolution_time", by="agent", since=date(2026, 3, 1), lake=lake).frame

Indirect standardisation: a ticket is expected to go as tickets of its queue, priority, channel and hour of day went,
whoever had them. A stratum of few tickets says little of itself, so its mean is drawn to that of the wider one that it
is part of: (total + DRAWN × wider mean) / (n + DRAWN). Expected values are then scaled to what was observed, so that
the whole is 1. Durations are compared by their logarithms: one ticket that lay for a year is not to drown the others.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Unpack

import polars as pl

from analytics import catalogue, zones
from analytics.measure_answer import Readable
from analytics.measure_bound import Query, compiled
from analytics.measure_dimensions import DIMENSIONS, dimension
from analytics.measure_names import labelled
from analytics.measure_tables import WHOLE
from analytics.measure_wall import behind
from analytics.metric import Flow, Unit
from analytics.population import Chosen, Looking, asking, chosen
from core import clock
from core.errors import Invalid

OUTCOMES = {
    "full_resolution_time": "seconds",
    "requester_wait_time": "seconds",
    "agent_work_time": "seconds",
    "replies_to_resolution": "amount",
    "touches_per_solve": "amount",
    "one_touch_rate": "is_one_touch",
    "multi_touch_rate": "is_multi_touch",
    "reopen_rate": "is_reopened",
    "csat": "is_content",
}
"""What may be compared: metrics with one row a ticket, and the column that holds how it went."""
COMPARED = ("agent", "queue", "organisation", "channel")
STRATA = ("queue_id", "priority", "channel", "hour")
"""From the widest to the narrowest; what is compared is left out, or everybody would be as expected."""
DRAWN = 20
"""As many tickets of the wider stratum are mixed into each."""
FEWEST = 30
"""Of fewer tickets no index is told."""
BAND, FUNNEL = 1.644854, 3.090232
"""Normal quantiles: 90 % of a band, 99.8 % of a funnel (D. J. Spiegelhalter, Statistics in Medicine 24, 2005)."""
TINY = 1e-9
"""Where all tickets went alike the funnel has no width, and what floats leave is no difference."""
FIRST_YEAR = 2000
"""Hours of tickets from before are read by the offset of its first day."""


@dataclass(frozen=True, slots=True)
class CaseMix:
    """Slices of `by` in the order of their names: this is no league table.

    `frame`: the slice (agent_id, agent), tickets, observed, expected, index, low, high (its 90 % band), usual_low and
    usual_high (the funnel: 998 of 1,000 slices of as many tickets lie within if only chance makes them differ) and
    is_beyond (outside of it). Index and bands are null below FEWEST tickets. Observed and expected are geometric means
    of durations, else means. `tickets` and `observed` are of all, those without an agent (…) included.
    """

    unit: Unit
    tickets: int
    observed: float | None
    frame: pl.DataFrame


def case_mix(
    of: str = "full_resolution_time",
    by: str = "agent",
    *,
    lake: Readable,
    **asked: Unpack[Looking],
) -> CaseMix:
    """How tickets of each slice went, by how like tickets go; filters are by the values that the metric's rows have."""
    if of not in OUTCOMES:
        raise Invalid(f"Case mix is adjusted for {', '.join(OUTCOMES)}.", of=of)
    split = dimension(by, COMPARED, "Case mix")
    with asking(lake, about="Case mix", by=by, **asked) as question:
        shape = chosen(question, complete_only=catalogue.METRICS[of].complete_only)
        cells = question.run(_cells(shape, of, question.timezone, clock.now().year + 1), shape.wall)
        found = _compared(_expected(cells, split.column), split.column, unit_of(of))
        frame = labelled(found, [DIMENSIONS[by]], question.known, question.cursor)
    n = int(cells["n"].sum())
    ids = [name for name in (f"{by}_id", by) if name in frame.columns]
    rest = [name for name in frame.columns if name not in ids]
    observed = _told(float(cells["total"].sum()) / n, unit_of(of)) if n else None
    return CaseMix(unit_of(of), n, observed, frame.select(*ids, *rest).sort(by, ids[0]))


def unit_of(of: str) -> Unit:
    """What it is measured in: of one ticket."""
    return {"seconds": Unit.SECONDS, "amount": Unit.EVENTS}.get(OUTCOMES[of], Unit.SHARE)


@lru_cache(256)
def _cells(shape: Chosen, of: str, timezone: str, last_year: int) -> Query:
    """How many tickets of each stratum and slice there are, the sum of how they went, and that of its squares."""
    source = catalogue.METRICS[of].source
    assert isinstance(source, Flow)
    row = shape.within(source.rows(behind(shape.wall)))
    if "is_over" in row.columns:
        row = row.filter(row.is_over)
    value = row[OUTCOMES[of]].cast("float64")
    row = row.mutate(value=(value + 1).ln() if unit_of(of) is Unit.SECONDS else value)
    row = row.select("ticket_id", "value", *dict.fromkeys([*STRATA[:3], *shape.columns]))
    row = row.join(WHOLE.ticket.select("ticket_id", opened_at=WHOLE.ticket.created_at), "ticket_id")
    row = row.mutate(hour=zones.hour_of_day(row.opened_at, zones.offsets(timezone, FIRST_YEAR, last_year)))
    ids = {name: row[name].cast("string") for name in row.columns if name.endswith("_id")}
    row = row.mutate(**ids, square=row.value * row.value)
    keys = list(dict.fromkeys([*STRATA, *shape.columns]))
    cells = row.group_by(keys).aggregate(n=row.count(), total=row.value.sum(), squares=row.square.sum())
    return compiled(cells.order_by(keys))


def _expected(cells: pl.DataFrame, compared: str) -> pl.DataFrame:
    """The cells with `mean`, how a ticket of their stratum is expected to go."""
    strata = [name for name in STRATA if name != compared]
    mean = pl.col("total").sum() / pl.col("n").sum()
    for depth in range(1, len(strata) + 1):
        cells = cells.with_columns(wider=mean)
        own = (pl.col("total").sum().over(strata[:depth]), pl.col("n").sum().over(strata[:depth]))
        mean = (own[0] + DRAWN * pl.col("wider")) / (own[1] + DRAWN)
        cells = cells.with_columns(mean=mean)
        mean = pl.col("mean")
    return cells


def _compared(cells: pl.DataFrame, compared: str, unit: Unit) -> pl.DataFrame:
    """Each slice's observed by expected, with its band and the funnel."""
    n, total, mean = pl.col("n"), pl.col("total"), pl.col("mean")
    is_log, is_share = unit is Unit.SECONDS, unit is Unit.SHARE
    rest = total.sum() - (n * mean).sum()
    scaled = mean + rest / n.sum() if is_log else mean * total.sum() / (n * mean).sum()
    cells = cells.with_columns(mean=scaled)
    chance = n * mean * (1 - mean).clip(0) if is_share else pl.col("squares") - 2 * mean * total + n * mean * mean
    cells = cells.with_columns(chance=chance.clip(0))
    spread = (pl.col("chance").sum() / pl.col("n").sum()).sqrt() / (1 if is_log else pl.col("total").sum() / n.sum())
    cells = cells.with_columns(spread=spread)
    slices = cells.filter(pl.col(compared).is_not_null()).group_by(compared)
    error, spread = pl.col("chance").sum().sqrt() / n.sum(), pl.col("spread").first()
    means = {"observed": total.sum() / n.sum(), "expected": (n * mean).sum() / n.sum()}
    found = slices.agg(tickets=n.sum(), **means, error=error, spread=spread)
    return _judged(found, unit)


def _judged(found: pl.DataFrame, unit: Unit) -> pl.DataFrame:
    """Index, band and funnel; none of few."""
    observed, expected = pl.col("observed"), pl.col("expected")
    around = FUNNEL * pl.col("spread") / pl.col("tickets").cast(pl.Float64).sqrt()
    if unit is Unit.SECONDS:
        off, reach = observed - expected, BAND * pl.col("error")
        told = {"index": off.exp(), "low": (off - reach).exp(), "high": (off + reach).exp(),
                "usual_low": (-around).exp(), "usual_high": around.exp()}  # fmt: skip
    else:
        off, reach = observed / expected, BAND * pl.col("error") / expected
        told = {"index": off, "low": (off - reach).clip(0), "high": off + reach, "usual_low": (1 - around).clip(0),
                "usual_high": 1 + around}  # fmt: skip
    is_told = (pl.col("tickets") >= FEWEST) & told["index"].is_finite()
    found = found.with_columns(**{name: pl.when(is_told).then(value) for name, value in told.items()})
    beyond = ~pl.col("index").is_between(pl.col("usual_low") - TINY, pl.col("usual_high") + TINY)
    means = ((pl.col(name).exp() - 1 if unit is Unit.SECONDS else pl.col(name)) for name in ("observed", "expected"))
    return found.with_columns(*means, is_beyond=beyond).drop("error", "spread")


def _told(value: float, unit: Unit) -> float:
    return float(pl.select(pl.lit(value).exp() - 1).item()) if unit is Unit.SECONDS else float(value)
