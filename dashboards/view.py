"""The parts of a page as components: headline numbers, panels, table twins, metric cards. Every number is a link."""

from collections.abc import Sequence
from datetime import datetime
from json import dumps
from typing import Any

import polars as pl
from dash import dcc, html

from analytics import Answer, catalogue
from analytics.metric import Attribution, Basis, Metric, Unit
from dashboards.asked import Asked
from dashboards.cell import Cell
from dashboards.chart import starts
from dashboards.files import Forms, menu
from dashboards.meaning import card
from dashboards.page import Figure, Headline, Page, Panel, Study
from dashboards.study import choices, section
from dashboards.theme import layout
from dashboards.words import change, grouped, number

MOST_LINES = 400
BEFORE = {"previous": "vs previous", "last_year": "vs last year"}
HANDS = {
    Attribution.ACTOR: "by who did it", Attribution.OWNER: "by who owned it", Attribution.PRO_RATA: "by all who had it"
}  # fmt: skip
BLANK = {
    "data": [],
    "layout": layout(xaxis={"visible": False}, yaxis={"visible": False}, paper_bgcolor="rgba(0,0,0,0)"),
}
"""What stands there until the first answer."""
GRAPH = {"displayModeBar": False, "responsive": True, "doubleClick": False, "scrollZoom": False}


def silence(panel: Panel, frame: pl.DataFrame, asked: Asked) -> Any:
    """A word where there is nothing to draw: a chart without a mark looks like a broken one."""
    if any(_is_drawn(frame[name], name) for name in panel.asks(asked) if name in frame.columns):
        return ""
    return html.Span("None now." if panel.is_now else "None in this time.", className="quiet")


def still(figure: Figure) -> Figure:
    """The place of a figure under such a word: without marks, and without the axes that have none to measure."""
    layout = {name: value for name, value in figure["layout"].items() if name not in ("shapes", "annotations")}
    hidden = {axis: {**layout.get(axis, {}), "visible": False} for axis in ("xaxis", "yaxis")}
    return {**figure, "data": [], "layout": {**layout, **hidden}}


def _is_drawn(values: pl.Series, name: str) -> bool:
    """Shares of 0 % are told, counts of 0 leave no mark."""
    known = values.drop_nulls()
    return not known.is_empty() and (catalogue.statistic(name)[1].unit is Unit.SHARE or bool((known != 0).any()))


def link(cell: Cell, words: Any, asked: Asked, **more: Any) -> html.A:
    """A number that opens to its tickets."""
    return html.A(words, href=asked.href(drill=str(cell)), **{"data-drill": str(cell)}, **more)


def frame_of(page: Page, forms: Forms) -> list[Any]:
    """The page before its numbers are there; files are offered to those who may take them."""
    return [
        *page.above,
        *([_headlines(page)] if page.headlines else []),
        *([choices(page.choices)] if page.choices else []),
        html.Div([_part(panel, forms) for panel in page.panels], className="panels"),
    ]


def _headlines(page: Page) -> html.Section:
    moves = sorted(frozenset().union(*(line.moves_with for line in page.headlines)))
    return html.Section(
        [
            html.Div(id="headlines", className="headlines"),
            dcc.Store(id="asks-headlines", data={"position": 0}),
            dcc.Store(id="answered-headlines"),
        ],
        id="panel-headlines",
        **{"aria-label": "Headline numbers", "data-panel": "headlines", "data-moves": " ".join(moves)},
    )


def _part(panel: Panel | Study, forms: Forms) -> html.Section:
    if isinstance(panel, Panel):
        return _panel(panel, forms)
    graph = dcc.Graph(id=f"graph-{panel.name}", config=GRAPH, figure=BLANK)
    return section(panel, graph, forms)


def headlines(page: Page, answer: Answer, asked: Asked) -> list[Any]:
    """The numbers at the top, each with its change and what it rests on."""
    return [_headline(line, answer, asked) for line in page.headlines]


def _headline(line: Headline, answer: Answer, asked: Asked) -> html.Div:
    metric, statistic = catalogue.statistic(line.column)
    value, was = (answer.frame[name][0] for name in (line.column, f"{line.column}_before"))
    n = answer.frame[line.n][0] if line.n else None
    changed = change(value, was, statistic.unit, n)
    told = [f"n {grouped(n)}"] if n is not None else []
    told += [f"{changed} {BEFORE[asked.compare]}"] if changed else []
    is_mood = mood(metric, value, was) if changed else ""
    return html.Div(
        [
            link(Cell(line.column), number(value, statistic.unit), asked, className="figure"),
            html.Span(line.words + hours_and_hands(line.column, asked), className="words"),
            html.Span(
                [", ".join(told) or "\u00a0", html.Span(is_mood, className="unseen")], className=f"change {is_mood}"
            ),
        ],
        className="headline",
    )


def hours_and_hands(column: str, asked: Asked) -> str:
    """In which hours and by whose hands a number is counted, where that is not its usual."""
    basis, attribution = asked.whose(column)
    hours = ", business hours" if basis is Basis.BUSINESS else ""
    return hours + (f", {HANDS[attribution]}" if attribution else "")


def mood(metric: Metric, value: float | None, was: float | None) -> str:
    """`better` or `worse` where the metric has a good direction and there is a difference."""
    if value is None or was is None or value == was or metric.good == "neither":
        return ""
    return "better" if (value > was) == (metric.good == "up") else "worse"


def _panel(panel: Panel, forms: Forms) -> html.Section:
    name = panel.name
    return html.Section(
        [
            html.Header(
                [
                    html.H2([panel.title, _takes(panel)], id=f"title-{name}"),
                    html.Div(
                        [
                            *([_switch(panel)] if panel.option else []),
                            html.Button("Table", className="small", **{"data-table": name, "aria-pressed": "false"}),
                            *([menu(forms, "panel", **{"data-panel-of": name})] if forms else []),
                            _card(panel),
                        ],
                        className="tools",
                    ),
                ]
            ),
            html.Ul([_key(key) for key in panel.keys], className="legend"),
            html.P(id=f"note-{name}", className="note", role="status"),
            html.Div(
                dcc.Graph(id=f"graph-{name}", config=GRAPH, figure=BLANK),
                className="chart", tabIndex=0, role="group",
                **{"data-chart": name, "aria-roledescription": "chart", "aria-labelledby": f"title-{name}",
                   "aria-description": "Arrow keys walk the marks, Enter opens their tickets."},
            ),
            html.Div(id=f"table-{name}", className="twin", hidden=True),
            dcc.Store(id=f"figure-{name}"),
            dcc.Store(id=f"asks-{name}", data={"position": 0}),
        ],
        className=f"panel w{panel.width}", id=f"panel-{name}",
        **{"data-moves": " ".join(sorted(panel.moves_with)), "data-panel": name, "data-now": str(panel.is_now).lower()},
    )  # fmt: skip


def _takes(panel: Panel) -> html.Span:
    """Says, where the reader has chosen so, in which hours and by whose hands the panel counts."""
    metrics = [catalogue.COLUMNS[column][0] for column in panel.columns]
    known: dict[str, str] = {one: HANDS[one] for metric in metrics for one in metric.attributions}
    known |= {Basis.BUSINESS: "business hours"} if any(Basis.BUSINESS in metric.bases for metric in metrics) else {}
    return html.Span(className="whose", **{"data-whose": dumps(known)})


def _key(key: Any) -> html.Li:
    swatch = html.I(className=f"swatch as-{key.shape}", **{"data-token": key.token})
    return html.Li([swatch, key.words], **({"data-if": key.only_with} if key.only_with else {}))


def _switch(panel: Panel) -> html.Button:
    assert panel.option
    name, words = panel.option
    return html.Button(words, className="small", **{"data-option": name, "aria-pressed": "false"})


def _card(panel: Panel) -> html.Details:
    names = dict.fromkeys(catalogue.COLUMNS[column][0].name for column in panel.columns)
    return card(panel.title, names)


def table(panel: Panel, answer: Answer, asked: Asked) -> html.Table:
    """The chart's twin: the same numbers in rows, each a link to its tickets."""
    columns = [column for column in panel.asks(asked) if column in answer.columns]
    first = panel.by or asked.period.step
    frame = answer.frame.sort(columns[0], descending=True) if panel.by else answer.frame.reverse()
    steps: Sequence[Any] = frame[panel.by].to_list() if panel.by else starts(frame)
    names = [html.Th(panel.words[column], scope="col", className="number") for column in columns]
    head = html.Tr([html.Th(first.capitalize(), scope="col"), *names])
    rows = []
    for step, row in zip(steps[:MOST_LINES], frame.head(MOST_LINES).iter_rows(named=True), strict=True):
        cells = [html.Td(_value(column, step, row[column], panel, asked), className="number") for column in columns]
        rows.append(html.Tr([html.Th(_step(step, asked), scope="row"), *cells]))
    return html.Table([html.Thead(head), html.Tbody(rows)])


def _value(column: str, step: Any, value: Any, panel: Panel, asked: Asked) -> Any:
    words = number(value, catalogue.statistic(column)[1].unit)
    if value in (None, 0):
        return words
    return link(Cell(column, None, panel.by, step) if panel.by else Cell(column, step), words, asked)


def _step(step: Any, asked: Asked) -> str:
    if not isinstance(step, datetime):
        return str(step)
    if asked.period.fiscal:
        return asked.period.fiscal.label(step)
    formats = {"hour": "%a %d %b %H:%M", "day": "%a %d %b %Y", "month": "%B %Y", "quarter": "%B %Y", "year": "%Y"}
    return step.strftime(formats.get(asked.period.grain, "%d %b %Y"))
