"""What numbers mean, from the catalogue and from nowhere else: the sheet behind a panel's "i"."""

from collections.abc import Iterable

from dash import html

from analytics import catalogue
from analytics.analyses import ANALYSES, Analysis
from analytics.metric import Metric

KNOWN = {analysis.name: analysis for analysis in ANALYSES}


def card(title: str, names: Iterable[str]) -> html.Details:
    """The sheet of a panel with this title about these metrics and analyses."""
    told = [
        _of_metric(catalogue.METRICS[name]) if name in catalogue.METRICS else _of_analysis(KNOWN[name])
        for name in names
    ]
    return html.Details(
        [
            html.Summary("i", className="small info", **{"aria-label": f"What the numbers of “{title}” mean"}),
            html.Div(told, className="card-sheet"),
        ],
        className="menu",
    )


def _of_analysis(of: Analysis) -> html.Div:
    return html.Div([html.H3(of.title), html.P(of.definition), html.P(html.Code(of.path), className="quiet")])


def _of_metric(metric: Metric) -> html.Div:
    facts = [
        ("Dated by", metric.dated),
        ("Counts", metric.population),
        ("Edges", metric.edges),
        ("Mind", metric.pitfall),
    ]
    return html.Div(
        [
            html.H3(metric.title),
            html.P(metric.definition),
            html.Dl([html.Div([html.Dt(name), html.Dd(words)]) for name, words in facts if words]),
            html.P(html.Code(metric.name), className="quiet"),
        ]
    )
