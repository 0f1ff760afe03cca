"""The drawer's other pages: why a ticket counts in a number, and what moved the number since the time before."""

from collections.abc import Sequence
from typing import Any

from dash import html

from analytics import catalogue
from analytics.explanation import Explained
from analytics.measure_dimensions import DIMENSIONS
from analytics.metric import Unit
from analytics.movement import Moved, can_move
from dashboards.asked import Asked
from dashboards.cell import Cell
from dashboards.words import MINUS, number

MOVED_SINCE = {"previous": "What moved it since the time before", "last_year": "What moved it since last year"}
MOST_SLICES = 8
"""Of each dimension the largest parts are shown."""


def links(cell: Cell, asked: Asked) -> list[Any]:
    """From a number's tickets to what moved it, where that can be said."""
    if not can_move(cell.column) or cell.start:
        return []
    moved = Cell(cell.column, None, cell.dimension, cell.value, is_moved=True)
    return [html.P(html.A(MOVED_SINCE[asked.compare], href=asked.href(drill=str(moved)),
                          **{"data-drill": str(moved)}))]  # fmt: skip


def back(cell: Cell, asked: Asked) -> html.P:
    """To the tickets behind the number."""
    whole = str(Cell(cell.column, cell.start, cell.dimension, cell.value))
    return html.P(html.A("All tickets behind this number", href=asked.href(drill=whole), **{"data-drill": whole}))


def why_heading(cell: Cell) -> str:
    """`Why ticket 1001 counts: first reply time`."""
    return f"Why ticket {cell.ticket} counts: {catalogue.statistic(cell.column)[0].title.lower()}"


def why(found: Explained, cell: Cell, asked: Asked) -> list[Any]:
    """The sentences, and what the ticket adds."""
    metric, statistic = catalogue.statistic(found.of)
    share, value = (number(each, statistic.unit) for each in (found.share, found.value))
    shared = "" if found.of == found.column else f" ({statistic.title.lower()}: {metric.title.lower()} is nobody's sum)"
    return [
        html.Ul([html.Li(reason.sentence) for reason in found.reasons]),
        html.P([f"It adds {share} to {value}{shared}. ", html.A("Open the ticket", href=f"/tickets/{found.number}")]),
        back(cell, asked),
    ]


def moved_heading(cell: Cell, found: Moved) -> str:
    """`Tickets created: from 120 to 144`."""
    metric, statistic = catalogue.statistic(cell.column)
    before, now = (number(each, statistic.unit) for each in (found.before, found.now))
    of = f", {cell.value}" if cell.dimension else ""
    return f"{metric.title}{of}: from {before} to {now}"


def moved(found: Moved, cell: Cell, asked: Asked) -> list[Any]:
    """For each dimension the slices that moved it most."""
    tables = [
        _table(name, rows.rows(named=True)[:MOST_SLICES], found)
        for (name,), rows in found.frame.group_by("dimension", maintain_order=True)
    ]
    return [*tables, back(cell, asked)]


def _table(name: str, rows: Sequence[dict[str, Any]], found: Moved) -> html.Div:
    unit = catalogue.statistic(found.column)[1].unit
    columns = ["before", "now", "change", *(["rate", "mix"] if rows and rows[0]["rate"] is not None else [])]
    head = [html.Th(DIMENSIONS[str(name)].title, scope="col"),
            *(html.Th(each.capitalize(), scope="col", className="number") for each in columns)]  # fmt: skip
    body = [
        html.Tr([html.Th(row["value"], scope="row"), *(html.Td(_signed(row[each], unit, each), className="number")
                                                        for each in columns)])
        for row in rows
    ]  # fmt: skip
    return html.Div(html.Table([html.Thead(html.Tr(head)), html.Tbody(body)]), className="scroll part")


def _signed(value: float, unit: Unit, column: str) -> str:
    if column in ("before", "now") or not value:
        return number(value, unit)
    return f"{'+' if value > 0 else MINUS}{number(abs(value), unit)}"
