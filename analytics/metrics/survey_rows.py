"""The rows of ratings: how content those who asked are with the solution."""

import ibis
import ibis.expr.types as ir

from analytics.measure_bound import bound
from analytics.measure_tables import Lake
from analytics.metrics import rows


def ratings(lake: Lake) -> ir.Table:
    """Ratings that hold: the newest of each ticket now, or at `as_of`."""
    row = lake.survey
    return row.filter(row.until > bound("now", "timestamp")).mutate(dated=row.since)


def flips(lake: Lake) -> ir.Table:
    """Ratings that turned: content people who no longer are, or the other way round."""
    row = lake.survey
    was = row.before_score >= 4
    turned = row.filter(row.before_score.notnull(), was != row.is_content)
    return turned.mutate(dated=turned.since, is_lost=~turned.is_content)


def asked(lake: Lake) -> ir.Table:
    """First solves of tickets that somebody asked, and whether they were ever rated: the page asks from then on."""
    solve = rows.first_solves(lake)
    solve = solve.filter(solve.requester_id.notnull())
    rated = lake.survey.filter(lake.survey.n == 1, lake.survey.since <= bound("now", "timestamp"))
    rated = rated.select("ticket_id", has_score=ibis.literal(True))
    pair = solve.left_join(rated, "ticket_id", rname="rated_{name}")
    return pair.mutate(is_rated=pair.has_score.fill_null(False))
