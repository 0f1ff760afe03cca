"""The rows of contested pauses: time in PENDING although the customer waits for us (METRICS.md 54)."""

import ibis
import ibis.expr.types as ir
from ibis import _

from analytics.measure_tables import Lake
from analytics.metrics.rows import finished_visits, seconds_between
from core.events import Category
from core.promises import HASTY

_HASTY = ibis.interval(seconds=int(HASTY.total_seconds()))
SPAN = ["ticket_id", "n"]
VISIT = ["ticket_id", "visit"]


def contested(lake: Lake) -> ir.Table:
    """Spans in PENDING from the customer's first word that nobody took up, until we answer or the state changes.

    A word in the pause counts from when it came; one that came less than ten minutes before the pause, from its
    beginning. The agent is who made the pause.
    """
    return _by_pauser(_contested(lake.lasting(_waiting(lake)), lake), lake)


def _waiting(lake: Lake) -> ir.Table:
    """Spans in PENDING in which the customer waits."""
    span = lake.interval
    return span.filter(span.category == Category.PENDING, span.awaiting_reply, span.since < span.until)


def _contested(span: ir.Table, lake: Lake) -> ir.Table:
    """What of these spans is contested."""
    word = _words(lake)
    heard = span.select(*SPAN, "visit_since", "until").join(word, "ticket_id")
    heard = heard.filter(heard.wrote_at > heard.visit_since - _HASTY, heard.wrote_at < heard.until)
    heard = heard.join(_turn_of(span, lake), SPAN)
    first = heard.filter(_.wrote_at >= _.waits_since).group_by(SPAN).aggregate(wrote_at=_.wrote_at.min())
    found = span.join(first, SPAN)
    return found.mutate(since=ibis.greatest(found.since, found.wrote_at)).drop("wrote_at")


def pauses(lake: Lake) -> ir.Table:
    """Visits to PENDING, dated by their end, with the seconds of each and the `contested` ones among them."""
    visit = finished_visits(lake)
    visit = lake.asked(visit.filter(visit.category == Category.PENDING))
    spans = _contested(_waiting(lake).semi_join(visit, VISIT), lake)
    spans = spans.mutate(inside=seconds_between(spans.since, spans.until))
    inside = spans.group_by(VISIT).aggregate(contested=_.inside.sum())
    pair = visit.left_join(inside, VISIT, rname="inside_{name}")
    pair = pair.mutate(contested=pair.contested.fill_null(0)).drop("inside_ticket_id", "inside_visit")
    return _by_pauser(pair, lake)


def _words(lake: Lake) -> ir.Table:
    """When customers wrote, and when threads that wait were merged into a ticket."""
    message = lake.message
    message = message.filter(message.visibility == "public", message.author_kind == "end_user")
    said = message.select("ticket_id", wrote_at=message.occurred_at)
    return said.union(lake.turn.select("ticket_id", wrote_at=lake.turn.started_at))


def _turn_of(span: ir.Table, lake: Lake) -> ir.Table:
    """Since when the customer waits who waits in a span."""
    turn = lake.turn.select("ticket_id", waits_since=lake.turn.started_at)
    pair = span.select(*SPAN, "since").join(turn, "ticket_id")
    return pair.filter(pair.waits_since <= pair.since).group_by(SPAN).aggregate(waits_since=_.waits_since.max())


def _by_pauser(row: ir.Table, lake: Lake) -> ir.Table:
    """The rows as those of whoever set the ticket to pending (METRICS.md AA)."""
    start = lake.interval.filter(lake.interval.is_visit_start, lake.interval.category == Category.PENDING)
    start = start.select("ticket_id", "visit", pauser_id=start.actor_id)
    pair = row.left_join(start, VISIT, rname="start_{name}").drop("start_ticket_id", "start_visit")
    return pair.mutate(agent_id=pair.pauser_id).drop("pauser_id")
