"""Analyses: all that is asked in its own way, and a page for each that says a table."""

from typing import Any

from dash import html

from analytics.analyses import ANALYSES as KNOWN
from analytics.analyses import Analysis
from analytics.inquiries import INQUIRIES
from dashboards.inquiry import page_of
from dashboards.page import Page

PAGES_OF = {
    "survival": "survival",
    "closure": "survival",
    "flow": "flow",
    "forecast": "forecast",
    "staffing": "forecast",
}
"""The first part of an analysis' path below /analysis → the page that shows it."""


def _address(of: Analysis) -> str:
    first = of.path.removeprefix("/api/v1/analysis/").partition("/")[0]
    return f"/dashboards/{PAGES_OF.get(first, first)}" if first in {*PAGES_OF, *INQUIRIES} else "/health"


def _link(words: str, address: str, **more: Any) -> html.A:
    """A link that takes period and filters along."""
    return html.A(words, href=address, **{"data-along": "true"}, **more)


def _list() -> html.Div:
    return html.Div(
        [
            html.Section(
                [html.H2(_link(one.title, _address(one))), html.P(one.question, className="finding"),
                 html.P(one.definition, className="quiet")],
                className="panel w6",
            )
            for one in KNOWN
        ],
        className="panels list",
    )  # fmt: skip


def _beside(here: str) -> html.Nav:
    """The ways to the others."""
    links = [
        _link(one.analysis.title, f"/dashboards/{one.name}", **({"aria-current": "page"} if one.name == here else {}))
        for one in INQUIRIES.values()
    ]
    return html.Nav([_link("All analyses", "/dashboards/analyses"), *links], className="beside")


ANALYSES = (
    Page("analyses", "Analyses", (), (), above=(_list(),)),
    *(page_of(one, (_beside(one.name),)) for one in INQUIRIES.values()),
)
