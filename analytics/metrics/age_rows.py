"""The rows of a census: unsolved tickets as they stand at an instant, and how long something has lasted by then."""

from datetime import timedelta

import ibis
import ibis.expr.types as ir

from analytics.measure_moment import EDGE, INSTANT, Moments
from analytics.measure_tables import Lake
from analytics.metrics import rows
from analytics.metrics.rows import seconds_between
from core.events import Category

STALE_AFTER = timedelta(days=7)
"""Five business days and a weekend."""
TREND = timedelta(days=28)


def unsolved(lake: Lake, moments: Moments) -> ir.Table:
    """Unsolved tickets, since their creation, and since they last came back."""
    row = _unsolved(lake, moments)
    row = row.mutate(back=ibis.coalesce(row.reopened_at, row.created_at))
    return _lasting(row, row.created_at).mutate(back_seconds=seconds_between(row.back, row[INSTANT]))


def unowned(lake: Lake, moments: Moments) -> ir.Table:
    """Unsolved tickets without an owner, since their creation."""
    row = unsolved(lake, moments)
    return row.filter(row.agent_id.isnull())


def waiting(lake: Lake, moments: Moments) -> ir.Table:
    """Unsolved tickets whose customer waits for a reply, since the oldest message that nobody answered."""
    row = _unsolved(lake, moments)
    row = row.filter(row.awaiting_reply)
    return _lasting(row, row.waiting_since)


def silent(lake: Lake, moments: Moments) -> ir.Table:
    """Unsolved tickets, since the last public word of theirs or ours, or else since their creation."""
    row = _unsolved(lake, moments)
    found = _lasting(row, row.silent_since)
    return found.mutate(is_stale=found.wall_seconds > int(STALE_AFTER.total_seconds()))


def courts(lake: Lake, moments: Moments) -> ir.Table:
    """Unsolved tickets and who has to do something next: what was said tells more than a state that nobody set."""
    row = _unsolved(lake, moments)
    is_third = row.category == Category.HOLD
    is_theirs = ~is_third & ~row.awaiting_reply & ((row.category == Category.PENDING) | row.is_replied)
    is_ours = ~is_third & ~is_theirs
    return _lasting(row, row.since).mutate(
        is_nobodys=is_ours & row.agent_id.isnull(),
        is_owned=is_ours & row.agent_id.notnull(),
        is_theirs=is_theirs,
        is_third=is_third,
    )


def cover(lake: Lake, moments: Moments) -> ir.Table:
    """Unsolved tickets (`is_open`), and the first solves of the four weeks before; a row stands for `n` of them.

    Where they are split by what their queue, agent or customer was, each solve is looked at by itself: at its instant.
    """
    own = ("ticket_id", *rows.VALUES)
    split = lake.split if lake.split is not None and lake.split <= {*own} else None
    row = _unsolved(lake, moments).mutate(n=ibis.literal(1, "int64"))
    solve = moments.recent(rows.first_solves(lake), TREND, split)
    kinds = own if split is None else sorted(split)
    columns = (*kinds, EDGE, "dated", "n")
    return row.select(*columns, is_open=True).union(solve.select(*columns, is_open=False))


def _unsolved(lake: Lake, moments: Moments) -> ir.Table:
    return moments.standing(lake.unsolved)


def _lasting(row: ir.Table, since: ir.TimestampValue) -> ir.Table:
    """`seconds` may come to be counted in business hours, `wall_seconds` never are."""
    seconds = seconds_between(since, row[INSTANT])
    return row.mutate(start=since, stop=row[INSTANT], seconds=seconds, wall_seconds=seconds)
