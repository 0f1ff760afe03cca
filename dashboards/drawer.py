"""The drawer: exactly the tickets behind a number, with links into the desk."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import polars as pl
from dash import html

from analytics import catalogue
from analytics.drill import Drilled
from analytics.metric import Flow, Metric, Ratio, Unit
from core.actor import Actor
from dashboards.asked import Asked
from dashboards.cell import Cell
from dashboards.words import duration, grouped

MOST_ROWS = 200
Titles = Callable[[Actor, Sequence[UUID]], Mapping[UUID, str]]
"""Titles of tickets that the actor may see: handed in, because pages know no database."""

HEADINGS = {
    "occurred_at": "When", "started_at": "Since", "stopped_at": "Until", "seconds": "Took", "delta": "Net",
    "queue": "Queue", "agent": "Agent", "priority": "Priority", "organisation": "Organisation",
}  # fmt: skip
ROWS = {
    "tickets_created": ("ticket created", "tickets created"),
    "backlog": ("unsolved ticket", "unsolved tickets"),
    "wip": ("ticket in progress", "tickets in progress"),
    "queue_depth": ("ticket waiting for us", "tickets waiting for us"),
    "first_reply_time": ("first reply", "first replies"),
    "net_flow": ("step in or out", "steps in or out"),
    "flow_efficiency": ("solved ticket", "solved tickets"),
    "sla_breaches": ("promise broken", "promises broken"),
    "sla_breach_magnitude": ("promise broken", "promises broken"),
    "sla_open_breached": ("promise broken and open", "promises broken and open"),
    "sla_at_risk": ("promise at risk", "promises at risk"),
}
"""What the rows of a metric are, one and many, where its title does not say it."""
COUNTED = (Unit.TICKETS, Unit.EVENTS, Unit.CLOCKS, Unit.PEOPLE)
ALERTED = ("hour", "day", "week")


def heading(cell: Cell, drilled: Drilled, asked: Asked) -> str:
    """`12 tickets created on Wed 4 Mar 2026`: the count first, because it must equal the number."""
    metric, _ = catalogue.statistic(cell.column)
    count = drilled.total
    return f"{grouped(count)} {what(cell.column, count)}{_when(cell, asked, metric)}{_of(cell)}"


def what(column: str, count: int) -> str:
    """What the rows are: tickets, solve events, first replies, clocks due."""
    metric, suffix = catalogue.COLUMNS[column]
    rows = metric.opened(suffix)
    is_share = isinstance(metric.statistics[suffix], Ratio)
    if rows and rows.unit in COUNTED and (is_share or (suffix and rows.holds)):
        return _plain(rows.title)
    words = ROWS.get(metric.name, (_plain(metric.title).removesuffix("s"), _plain(metric.title)))
    return words[0] if count == 1 else words[1]


def _plain(title: str) -> str:
    """Within a sentence: SLA stays as it is."""
    return " ".join(word if word.isupper() else word.lower() for word in title.split())


def body(cell: Cell, drilled: Drilled, asked: Asked, titles: Mapping[UUID, str]) -> list[Any]:
    """The table, the newest first, and what is not shown."""
    metric, _ = catalogue.statistic(cell.column)
    columns = {name: _heading(name, metric) for name in HEADINGS if name in drilled.frame.columns}
    return listed(drilled, columns, titles, lambda row, title: [_why(row, title, cell, asked)])


def listed(
    drilled: Drilled,
    columns: Mapping[str, str],
    titles: Mapping[UUID, str],
    more_of: Callable[[Mapping[str, Any], str], list[Any]] = lambda row, title: [],
) -> list[Any]:
    """Tickets with their titles and these columns, by what each is called; and what each row has beside them."""
    if not drilled.total:
        return [html.P("Nothing is behind this number.", className="quiet")]
    columns = {name: words for name, words in columns.items() if name in drilled.frame.columns}
    if "ticket_id" not in drilled.frame.columns:
        return [html.Div(_plain_rows(drilled.frame, columns), className="scroll"), *_hidden(drilled)]
    rows = [_row(row, [*columns], titles, more_of) for row in drilled.frame.iter_rows(named=True)]
    extra = [html.Th("", scope="col")] * (len(rows[0].children) - len(columns) - 2) if rows else []
    head = [html.Th("No.", scope="col", className="number"), html.Th("Title", scope="col"),
            *(html.Th(name, scope="col") for name in columns.values()), *extra]  # fmt: skip
    return [html.Div(html.Table([html.Thead(html.Tr(head)), html.Tbody(rows)]), className="scroll"), *_hidden(drilled)]


def _plain_rows(frame: pl.DataFrame, columns: Mapping[str, str]) -> html.Table:
    """What is no ticket: spans, stretches, cells."""
    head = [html.Th(words, scope="col") for words in columns.values()]
    rows = [html.Tr([html.Td(_shown(row[name], name)) for name in columns]) for row in frame.iter_rows(named=True)]
    return html.Table([html.Thead(html.Tr(head)), html.Tbody(rows)])


def _hidden(drilled: Drilled) -> list[html.P]:
    """What is not shown."""
    shown = len(drilled.frame)
    words = f"The first {grouped(shown)} of {grouped(drilled.total)} are shown."
    return [html.P(words, className="quiet")] if shown < drilled.total else []


def alert_link(cell: Cell, asked: Asked) -> html.P:
    """From a number to an alert on it, with the same tickets."""
    slices = {**asked.where, **({cell.dimension: (cell.value,)} if cell.dimension else {})}
    grain = asked.period.grain if asked.period.grain in ALERTED else "day"
    where = ", ".join(f"{name}:{value}" for name, values in slices.items() for value in values)
    query = urlencode({"metric": cell.column, "where": where, "grain": grain})
    return html.P(html.A("Alert me when this number is out of the ordinary", href=f"/alerts/new?{query}"))


def ids(rows: pl.DataFrame) -> list[UUID]:
    """The tickets in the rows, if they are of tickets."""
    if "ticket_id" not in rows.columns:
        return []
    return [UUID(str(value)) for value in rows["ticket_id"].unique()]


def _row(
    row: dict[str, Any],
    columns: Sequence[str],
    titles: Mapping[UUID, str],
    more_of: Callable[[Mapping[str, Any], str], list[Any]],
) -> html.Tr:
    title = titles.get(_id(row), "(not to be seen)")
    href = f"/tickets/{row['number']}"
    return html.Tr(
        [
            html.Td(html.A(row["number"], href=href), className="number"),
            html.Td(html.A(title, href=href), className="title"),
            *(html.Td(_shown(row[name], name)) for name in columns),
            *(html.Td(value) for value in more_of(row, title)),
        ]
    )


def _why(row: Mapping[str, Any], title: str, cell: Cell, asked: Asked) -> html.A:
    why = str(replace(cell, ticket=str(row["number"])))
    return html.A("why", href=asked.href(drill=why), **{"data-drill": why, "aria-label": f"Why {title} counts"})


def _shown(value: Any, name: str) -> str:
    if value is None:
        return "–"
    if isinstance(value, datetime):
        return f"{value.day} {value:%b %H:%M}"
    if name == "seconds":
        return duration(value)
    if name == "kind":
        return str(value).removeprefix("ticket.").replace("_", " ").replace(".", " ")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return grouped(round(value, 2))
    return f"{value:+d}" if name == "delta" else str(value)


def _heading(name: str, metric: Metric) -> str:
    times = {"started_at": "Created", "stopped_at": "Reply" if metric.family == "response" else "Solved"}
    is_span = isinstance(metric.source, Flow) and metric.unit is Unit.SECONDS
    return times.get(name, HEADINGS[name]) if is_span else HEADINGS[name]


def _when(cell: Cell, asked: Asked, metric: Metric) -> str:
    is_level = metric.dated == "instant"
    if cell.start is None:
        return " now" if is_level and asked.is_live else "" if is_level else f" in {asked.period.words}"
    grain = asked.period.grain
    if is_level:
        end = min(asked.period.after(cell.start), asked.period.now.astimezone(asked.period.zone).replace(tzinfo=None))
        return f" at {end:%H:%M} on {end:%a} {end.day} {end:%b %Y}"
    if grain == "hour":
        return f" on {cell.start:%a} {cell.start.day} {cell.start:%b, %H}:00–{asked.period.after(cell.start):%H}:00"
    if asked.period.fiscal:
        return f" in {asked.period.fiscal.label(cell.start)}"
    if grain in ("quarter", "year"):
        return f" in the {grain} from {cell.start:%B %Y}"
    if grain == "month":
        return f" in {cell.start:%B %Y}"
    day = f"{cell.start:%a} {cell.start.day} {cell.start:%b %Y}"
    return f" on {day}" if grain == "day" else f" in the week of {day}"


def _of(cell: Cell) -> str:
    return f", {cell.value}" if cell.dimension else ""


def _id(row: Mapping[str, Any]) -> UUID:
    return UUID(str(row["ticket_id"]))
