"""The wall before the lake's tables: who asks, and which tickets count. No metric sees more than `behind` it lies."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import ibis
import ibis.expr.types as ir

from analytics.measure_bound import bound
from analytics.measure_tables import EXCLUDED, OF_TICKETS, WHOLE, Lake
from core.relation import Relation

REMEMBERED = "known_"
"""What the tables of a memory are called before their names."""


@dataclass(frozen=True, slots=True)
class Wall:
    """The shape of a wall: who asks (how many ids of each kind, or everything) and which tickets count.

    `discounted` tells how many tickets do not count: none, few (their ids are bound as `excluded`) or many.
    """

    everything: bool = True
    queues: int = 0
    requesters: int = 0
    organisations: int = 0
    related: tuple[tuple[Relation, int], ...] = ()
    is_past: bool = False
    complete_only: bool = False
    discounted: Literal["none", "few", "many"] = "many"
    is_remembered: bool = False
    """The tables are those of what was known at an instant (measure_memory.py)."""
    is_restated: bool = False
    """Clocks are those of the second series (measure_restated.py)."""


EVERYTHING = Wall()


def _made(table: ir.Table, prefix: str) -> ir.Table:
    """The table of this name that was made for the question."""
    return ibis.table(table.schema(), name=f"{prefix}{table.op().name}", catalog="temp", database="main")


_MEMORY = replace(WHOLE, **{name: _made(getattr(WHOLE, name), REMEMBERED) for name in ("ticket", *OF_TICKETS)})
_RESTATED = {name: _made(getattr(WHOLE, name), "restated_") for name in ("clock", "segment", "breach", "risk")}


def _tables(wall: Wall) -> Lake:
    whole = _MEMORY if wall.is_remembered else WHOLE
    return replace(whole, **_RESTATED) if wall.is_restated else whole


@lru_cache(256)
def behind(wall: Wall) -> Lake:
    """The tables without the tickets that do not count or that the asker may not see: no metric sees more.

    Kept for each shape of a wall: making them is a fifth of what it takes to compile a question.

    May see: by the ticket's queue, requester and organisation of today, whatever past is asked for.
    Do not count: by the category that the ticket had at `as_of`.
    """
    whole = _tables(wall)
    rows = {name: _counting(getattr(whole, name), wall) for name in OF_TICKETS}
    ticket = whole.ticket
    ticket = _counting(ticket, wall) if wall.is_past else ticket.filter(~_discounted(ticket, wall))
    if not wall.everything:
        visible = WHOLE.ticket.filter(_visible(WHOLE.ticket, wall)).select("ticket_id")
        rows = {name: table.semi_join(visible, "ticket_id") for name, table in rows.items()}
        ticket = ticket.semi_join(visible, "ticket_id") if wall.is_remembered else ticket.filter(_visible(ticket, wall))
        rows["check"] = whole.check.filter(ibis.literal(False))  # it counts all tickets
    return replace(whole, ticket=ticket, **rows, is_past=wall.is_past)


def _visible(ticket: ir.Table, wall: Wall) -> ir.BooleanValue:
    """`Scope.covers` as an expression; its values are bound as `scope_queue_0` and so on."""
    sides = [("queue", wall.queues), ("requester", wall.requesters), ("organisation", wall.organisations)]
    lines = [
        ticket[f"{side}_id"].isin([bound(f"scope_{side}_{i}", "uuid") for i in range(size)])
        for side, size in sides
        if size
    ]
    lines += [
        ticket.queue_id.isin([bound(f"scope_{relation}_{i}", "uuid") for i in range(size)]) & _stands(relation, ticket)
        for relation, size in wall.related
    ]
    return ibis.or_(*lines) if lines else ibis.literal(False)


def _stands(relation: Relation, ticket: ir.Table) -> ir.BooleanValue:
    """`is_related` as an expression; who asks is bound as `scope_person`."""
    column, person = ticket[relation.column], bound("scope_person", "uuid")
    stands: ir.BooleanValue = column.contains(person) if relation.is_of_many else column == person
    return stands


def _discounted(ticket: ir.Table, wall: Wall) -> ir.BooleanValue:
    """Does not count by what the ticket is today."""
    outside = ticket.category.isin([*EXCLUDED])
    return outside | ~ticket.history_complete.fill_null(True) if wall.complete_only else outside


def _counting(table: ir.Table, wall: Wall) -> ir.Table:
    """The rows of tickets that count."""
    if wall.discounted == "none":
        return table
    few = bound("excluded", "array<uuid>").unnest().name("ticket_id").as_table()
    return table.anti_join(few if wall.discounted == "few" else discounted(wall), "ticket_id")


def discounted(wall: Wall) -> ir.Table:
    """The ids of the tickets that do not count."""
    whole = _tables(wall)
    if not wall.is_past:
        return whole.ticket.filter(_discounted(whole.ticket, wall)).select("ticket_id")
    row, as_of = whole.interval, bound("as_of", "timestamp")
    then = row.filter(row.since <= as_of, row.until > as_of, row.category.isin([*EXCLUDED])).select("ticket_id")
    if not wall.complete_only:
        return then
    return then.union(whole.ticket.filter(~whole.ticket.history_complete.fill_null(True)).select("ticket_id"))
