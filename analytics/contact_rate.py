"""How often customers need us: tickets created per 100 active customers, or per 1,000 orders (METRICS.md 99).

    contact_rate(per="active_customers", grain="month", since=date(2026, 1, 1), lake=lake).frame

How many there are is told from outside (`POST /api/v1/denominators`), each count from an instant until the next. Of a
period that they were not told for from its start to its end there is no rate.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Unpack

import polars as pl

from analytics.measure_answer import Readable, measure, reading
from analytics.measure_question import grain_of
from analytics.measure_window import Instant, naive
from analytics.population import Looking, periods_of
from analytics.zones import zone_of
from core import clock
from core.errors import Invalid

PER = {"active_customers": 100, "orders_per_day": 1_000}
"""By how many of them the rate is told; orders are those of the whole period."""
TOLD = """
    with standing as (
        select distinct on (since) since, count
        from lake.main.denominator_version
        where name = $name and since <= $end {known}
        order by since, position desc
    )
    select since, lead(since, 1, $end) over (order by since), count
    from standing
    where count is not null
    order by since
"""
"""The newest word of each instant; of one that was taken back there is none, and what was told before holds on."""
KNOWN = "and position in (select position from lake.main.event where ticket_id is null and recorded_at <= $known_at)"
DAY, TICK = timedelta(days=1), timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class ContactRate:
    """`frame`: period, tickets, of (customers on average, or orders), rate (null: not told for all of the period).

    `reason` says why there is none at all: nobody told how many there are.
    """

    frame: pl.DataFrame
    reason: str | None


def contact_rate(
    per: str = "active_customers",
    *,
    lake: Readable,
    grain: str = "month",
    as_known_at: Instant | None = None,
    **asked: Unpack[Looking],
) -> ContactRate:
    """Of the tickets created; the arguments are those of `measure`, and so is what was known of both at an instant."""
    if per not in PER:
        raise Invalid(f"Contacts are divided by {' or '.join(PER)}.", per=per)
    timezone = asked.get("timezone", "UTC")
    zone, cut = zone_of(timezone), grain_of(grain)
    if cut is None:
        raise Invalid("Contact rates are those of periods: ask for a grain.")
    known_at = naive(as_known_at, zone)
    ends = (naive(asked.get("until"), zone), naive(asked.get("as_of"), zone), known_at, _now())
    end = min(one for one in ends if one is not None)
    spans = _told(per, end, known_at, lake)
    found = measure("tickets_created", grain=grain, lake=lake, as_known_at=as_known_at, **asked)
    starts = [at.astimezone(zone_of("UTC")).replace(tzinfo=None) for at in found["period"]]
    opens = naive(asked.get("since"), zone)
    rows = []
    for start, tickets in zip(starts, found["tickets_created"], strict=True):
        stop = min(periods_of(start, start + TICK, cut, timezone)[0].end, end)
        of = _of(per, spans, max(start, opens) if opens else start, stop)
        rows.append((tickets, of, PER[per] * tickets / of if of else None))
    told = pl.DataFrame(rows, schema={"tickets": pl.Int64, "of": pl.Float64, "rate": pl.Float64}, orient="row")
    words = per.replace("_", " ")
    told_by = "administrators do, in the setup or by POST /api/v1/denominators"
    reason = f"Nobody has told how many {words} there are: {told_by}."
    return ContactRate(found.select("period").hstack(told), None if spans else reason)


def _told(per: str, end: datetime, known_at: datetime | None, lake: Readable) -> list[tuple[datetime, datetime, int]]:
    with reading(lake) as cursor:
        asked = {"name": per, "end": end, **({"known_at": known_at} if known_at else {})}
        return cursor.execute(TOLD.format(known=KNOWN if known_at else ""), asked).fetchall()


def _of(per: str, spans: list[tuple[datetime, datetime, int]], start: datetime, ends: datetime) -> float | None:
    """How many there were between two instants; None if it was not told for all of that time."""
    if start >= ends or not spans or spans[0][0] > start:
        return None
    days = sum(max(min(until, ends) - max(since, start), timedelta()) / DAY * count for since, until, count in spans)
    return days if per == "orders_per_day" else days / ((ends - start) / DAY)


def _now() -> datetime:
    return clock.now().replace(tzinfo=None)
