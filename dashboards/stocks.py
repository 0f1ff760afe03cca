"""How the flow page shows stocks: cumulative flow, work that ages, and whether the books fit (Little's law)."""

from typing import TYPE_CHECKING, Any

import polars as pl
from dash import html

from analytics.lake import Lake
from core import clock
from core.actor import Scope
from dashboards.asked import Asked
from dashboards.cell import Cell
from dashboards.chart import starts
from dashboards.page import Shown
from dashboards.rows import nothing, sentence, table
from dashboards.theme import MARK, WARN, layout
from dashboards.words import DAY, HOUR, MINUTE, duration, grouped, percent

if TYPE_CHECKING:
    from analytics.flow import Balance, Efficiency

UNSOLVED = ("HOLD", "PENDING", "OPEN", "NEW")
"""From the bottom of the stack up; what is done lies below all of them."""
SHADES = {"HOLD": "--mark-reference", "PENDING": "--band-beside", "OPEN": "--mark-soft", "NEW": "--mark"}
DONE = ("SOLVED", "CLOSED")
UNUSUAL = 0.85
MOST_DOTS = 600
MOST_LINES = 25
OFF = 0.05
TICKS = {MINUTE: "1 min", 15 * MINUTE: "15 min", HOUR: "1 h", 4 * HOUR: "4 h", DAY: "1 d", 7 * DAY: "7 d",
         30 * DAY: "30 d", 182 * DAY: "6 months", 730 * DAY: "2 years"}  # fmt: skip


def ask_stack(lake: Lake, asked: Asked, scope: Scope) -> pl.DataFrame:
    """What the API tells at /api/v1/analysis/flow/cumulative."""
    from analytics import flow

    return flow.cumulative(grain=asked.period.grain.removeprefix("fiscal_"), **asked.cohort, scope=scope, lake=lake)


def ask_balance(lake: Lake, asked: Asked, scope: Scope) -> "tuple[Balance, Efficiency]":
    """What the API tells at /api/v1/analysis/flow/balance."""
    from analytics import flow

    return flow.little(**asked.cohort, scope=scope, lake=lake), flow.efficiency(**asked.cohort, scope=scope, lake=lake)


def ask_ageing(lake: Lake, asked: Asked, scope: Scope) -> pl.DataFrame:
    """What the API tells at /api/v1/analysis/flow/ageing."""
    from analytics import flow

    return flow.ageing(**asked.tickets, scope=scope, lake=lake)


def stack(found: pl.DataFrame, asked: Asked) -> Shown:
    """What waits, by whose turn it is, on top of what was done since the start: a stack that widens is a backlog."""
    if found.is_empty() or not found.select(UNSOLVED).sum_horizontal().sum():
        return Shown(found, said=nothing("Nothing waited in this time. Take a longer one, or remove a filter."))
    x = starts(found)
    now = (asked.as_of or clock.now()).astimezone(asked.period.zone).replace(tzinfo=None)
    ends = [min(asked.period.after(start), now) for start in x]
    done = found.select(pl.sum_horizontal(DONE)).to_series()
    since = (done - done.min()).to_list()
    below = [_layer(ends, since, "Done since the start", "--band", [""] * len(x))]
    data = below if asked.of("stack") == "done" else []
    for name in UNSOLVED:
        cells = [str(Cell("cumulative_flow", start, "category", name)) for start in x]
        data.append(_layer(ends, found[name].to_list(), name.capitalize(), SHADES[name], cells))
    figure = {"data": data, "layout": layout(height=300, xaxis={"type": "date", "tickformat": "%-d %b"})}
    heads = [name.capitalize() for name in (*reversed(UNSOLVED), *DONE)]
    rows = [
        [f"{start:%a %d %b %Y %H:%M}".removesuffix(" 00:00"),
         *(_opening(row[name], start, name, asked) for name in (*reversed(UNSOLVED), *DONE))]
        for start, row in list(zip(x, found.iter_rows(named=True), strict=True))[::-1]
    ]  # fmt: skip
    return Shown(
        found, figure=figure, table=table([asked.period.step.removeprefix("fiscal ").capitalize()], heads, rows)
    )


def balance(found: "tuple[Balance, Efficiency]", asked: Asked) -> Shown:
    """Little's law as a check of the books, in one sentence and its parts."""
    books, turn = found
    frame = pl.DataFrame({
        "mean_stock": [books.mean_stock], "predicted_stock": [books.predicted_stock], "residual": [books.residual],
        "boundary": [books.boundary], "unexplained": [books.unexplained], "arrivals": [books.arrivals],
        "departures": [books.departures], "opening": [books.opening], "closing": [books.closing],
        "mean_seconds": [books.mean_time], "efficiency": [turn.share], "efficiency_tickets": [turn.tickets],
    })  # fmt: skip
    if not books.opening and not books.arrivals:
        return Shown(frame, said=nothing("Nothing was in the house in this time: there are no books to check."))
    share = abs(books.share or 0)
    whole = abs(books.unexplained) <= max(OFF * books.mean_stock, 0.01)
    verdict = (
        "The books fit: every ticket-hour is accounted for." if whole else "The books do not fit: events are missing."
    )
    steady = "" if share <= OFF else " The backlog was not steady, so Little's law does not hold by itself."
    rows = [
        ["Mean backlog (L)", grouped(round(books.mean_stock, 1))],
        ["Departures × mean time (λ·W)", grouped(round(books.predicted_stock, 1))],
        ["Residual", f"{grouped(round(books.residual, 1))} of {grouped(round(books.mean_stock, 1))}"],
        ["of it from the edges of the time", grouped(round(books.boundary, 1))],
        ["Unexplained", grouped(round(books.unexplained, 2) + 0.0)],
        ["Mean time in the house (W)", "–" if books.mean_time is None else duration(books.mean_time)],
        ["In the house at the start, at the end", f"{grouped(books.opening)}, {grouped(books.closing)}"],
        ["Came, left", f"{grouped(books.arrivals)}, {grouped(books.departures)}"],
        ["Our turn, of unsolved time", "–" if turn.share is None else percent(turn.share)],
    ]  # fmt: skip
    return Shown(frame, said=sentence(verdict, steady), table=table(["Little’s law: L = λ · W"], ["Tickets"], rows))


def ageing(found: pl.DataFrame, asked: Asked) -> Shown:
    """Each unsolved ticket by how long it is in its state; orange: longer than 85 % of visits to it."""
    frame = found.drop("ticket_id") if "ticket_id" in found.columns else found
    if found.is_empty():
        return Shown(frame, said=nothing("Nothing is in progress: there is no work that could age."))
    late = found.filter(pl.col("slower_than") >= UNUSUAL)
    usual = found.filter((pl.col("slower_than") < UNUSUAL).fill_null(value=True))
    states = sorted(found["state"].unique().to_list())
    data = [
        _dots(usual.head(MOST_DOTS), states, MARK, "As usual"),
        _dots(late.head(MOST_DOTS), states, WARN, "Unusually long"),
    ]
    axis = {"type": "linear", "range": [-0.6, len(states) - 0.4], "tickvals": [*range(len(states))], "ticktext": states}
    figure = {
        "data": data,
        "layout": layout(
            hovermode="closest", height=300, xaxis=axis,
            yaxis={"type": "log", "tickvals": [*TICKS], "ticktext": [*TICKS.values()], "rangemode": "normal"},
        ),
    }  # fmt: skip
    left = len(found) - min(len(usual), MOST_DOTS) - min(len(late), MOST_DOTS)
    told = (f"{grouped(len(found))} tickets are in progress; {grouped(len(late))} of them are in their state longer "
            "than 85 % of earlier visits to it.")  # fmt: skip
    more = f" {grouped(left)} that are no longer than usual are not drawn." if left else ""
    return Shown(frame, said=sentence(told, more), figure=figure, table=_listed(found, asked))


def _listed(found: pl.DataFrame, asked: Asked) -> html.Table:
    rows = [
        [html.A(str(row["number"]), href=f"/tickets/{row['number']}"), row["state"], row["queue"], row["agent"],
         duration(row["state_seconds"]), duration(row["age_seconds"]),
         "–" if row["slower_than"] is None else percent(row['slower_than'])]
        for row in found.head(MOST_LINES).iter_rows(named=True)
    ]  # fmt: skip
    return table(["No.", "State", "Queue", "Agent"], ["In it for", "Age", "Longer than"], rows)


def _dots(rows: pl.DataFrame, states: list[str], colour: str, name: str) -> dict[str, Any]:
    """A dot a ticket, beside each other within its state, so that they do not hide each other."""
    place = {state: n for n, state in enumerate(states)}
    listed = list(rows.iter_rows(named=True))
    return {
        "type": "scatter", "mode": "markers", "name": name,
        "x": [place[row["state"]] + ((row["number"] * 0.6180339887) % 1 - 0.5) * 0.7 for row in listed],
        "y": [max(row["state_seconds"], MINUTE) for row in listed],
        "marker": {"color": colour, "size": 6, "opacity": 0.75, "symbol": "diamond" if colour == WARN else "circle"},
        "customdata": [f"ticket!{row['number']}" for row in listed],
        "text": [f"{row['number']}: {row['state']} for {duration(row['state_seconds'])}" for row in listed],
        "hovertemplate": "%{text}<extra></extra>",
    }  # fmt: skip


def _layer(x: list[Any], y: list[Any], name: str, token: str, cells: list[str]) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "lines", "x": x, "y": y, "name": name, "stackgroup": "one",
        "line": {"width": 1, "color": token, "shape": "hv"}, "fillcolor": token, "customdata": cells,
        "text": [f"{grouped(value)} {name.lower()}" for value in y], "hovertemplate": "%{text}<extra></extra>",
    }  # fmt: skip


def _opening(n: int, start: Any, category: str, asked: Asked) -> Any:
    cell = str(Cell("cumulative_flow", start, "category", category))
    return html.A(grouped(n), href=asked.href(drill=cell), **{"data-drill": cell}) if n else "0"
