"""The rows of ratings: how content those who asked are with the solution."""

import ibis
import ibis.expr.types as ir

from analytics.measure_bound import bound
from analytics.measure_tables import Lake
from analytics.metrics import rows


def ratings(lake: Lake) -> ir.Table:
    """Ratings that hold: the newest of each ticket now, or at `as_of`."""
    return _standing(lake, "csat")


def efforts(lake: Lake) -> ir.Table:
    """What people said of how easy it was, as it holds now, or at `as_of`."""
    row = _standing(lake, "ces")
    return row.mutate(is_easy=row.is_content)


def recommendations(lake: Lake) -> ir.Table:
    """Whether people would recommend us, as it holds now, or at `as_of`: 1 for promoters, -1 for detractors."""
    row = _standing(lake, "nps")
    row = row.mutate(is_promoter=row.score >= 9, is_detractor=row.score <= 6)
    return row.mutate(points=row.is_promoter.cast("int64") - row.is_detractor.cast("int64"))


def flips(lake: Lake) -> ir.Table:
    """Ratings that turned: content people who no longer are, or the other way round."""
    row = _to(lake, "csat")
    was = row.before_score >= 4
    turned = row.filter(row.before_score.notnull(), was != row.is_content)
    return turned.mutate(dated=turned.since, is_lost=~turned.is_content)


def asked(lake: Lake) -> ir.Table:
    """First solves of tickets that somebody asked, and whether they were ever rated: the page asks from then on."""
    solve = rows.first_solves(lake)
    solve = solve.filter(solve.requester_id.notnull())
    first = _to(lake, "csat")
    rated = first.filter(first.before_score.isnull(), first.since <= bound("now", "timestamp"))
    rated = rated.select("ticket_id", has_score=ibis.literal(True))
    pair = solve.left_join(rated, "ticket_id", rname="rated_{name}")
    return pair.mutate(is_rated=pair.has_score.fill_null(False))


def _standing(lake: Lake, question: str) -> ir.Table:
    row = _to(lake, question)
    return row.filter(row.until > bound("now", "timestamp")).mutate(dated=row.since)


def _to(lake: Lake, question: str) -> ir.Table:
    """The answers to one question."""
    return lake.survey.filter(lake.survey.question == question)
