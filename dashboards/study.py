"""A study as components: a panel that asks an analysis, waits in sight, and says what it found in its own way."""

from dataclasses import asdict
from json import dumps
from typing import Any

from dash import dcc, html

from dashboards.files import Forms, menu
from dashboards.meaning import card
from dashboards.page import Choice, Study

REST_SECONDS = 60
"""How long a study that can move rests before it is asked again by itself."""


def choices(offered: tuple[Choice, ...]) -> html.Div:
    """The page's own parameters as rows of buttons."""
    return html.Div([_choice(one) for one in offered], className="choices")


def _choice(choice: Choice) -> html.Div:
    buttons = [
        html.Button(
            words,
            **{"data-choice": choice.name, "data-value": "" if value == choice.usual else value,
               "aria-pressed": str(value == choice.usual).lower()},
        )
        for value, words in choice.options
    ]  # fmt: skip
    return html.Div(
        [html.Span(choice.words, className="quiet", id=f"choice-{choice.name}"),
         html.Div(buttons, className="segments", role="group", **{"aria-labelledby": f"choice-{choice.name}"})],
        className="choice", **({"data-if": choice.only_with} if choice.only_with else {}),
    )  # fmt: skip


def section(study: Study, graph: Any, forms: Forms) -> html.Section:
    """The panel before its answer is there."""
    name = study.name
    twin = html.Button("Table", className="small", **{"data-table": name, "aria-pressed": "false"})
    file = menu(forms, "panel", **{"data-panel-of": name})
    is_twin = study.draws and study.has_twin
    parts = [
        html.Div(id=f"below-{name}", className="below"),
        html.Div(id=f"table-{name}", className="twin" if is_twin else "twin whole", hidden=is_twin),
    ]
    tools = [*([twin] if is_twin else []), *([file] if forms else []), card(study.title, study.about)]
    return html.Section(
        [
            html.Header([html.H2(study.title, id=f"title-{name}"), html.Div(tools, className="tools")]),
            html.P("Counting", className="progress", role="status"),
            *([_form(study)] if study.form else []),
            html.P(id=f"note-{name}", className="note", role="status"),
            html.Div(id=f"said-{name}", className="said"),
            html.Ul([_key(key) for key in study.keys], className="legend"),
            *([html.Div(graph, id=f"chart-{name}", className="chart", **_chart(name))] if study.draws else []),
            *(parts if is_twin else parts[::-1]),
            dcc.Store(id=f"figure-{name}"),
            dcc.Store(id=f"asks-{name}", data={"position": 0}),
        ],
        className=f"panel study w{study.width}", id=f"panel-{name}",
        **{"data-moves": " ".join(sorted(study.moves_with)), "data-panel": name, "data-rest": str(REST_SECONDS)},
    )  # fmt: skip


def _form(study: Study) -> html.Div:
    """The page's script makes a form of it: Dash has no plain fields, and what is typed belongs to the address."""
    return html.Div(className="asked-for", **{"data-fields": dumps([asdict(field) for field in study.form])})


def _chart(name: str) -> dict[str, Any]:
    return {
        "tabIndex": 0, "role": "group", "data-chart": name, "aria-roledescription": "chart",
        "aria-labelledby": f"title-{name}",
        "aria-description": "Arrow keys walk the marks, Enter opens their tickets.",
    }  # fmt: skip


def _key(key: Any) -> html.Li:
    swatch = html.I(className=f"swatch as-{key.shape}", **{"data-token": key.token})
    return html.Li([swatch, key.words], **({"data-if": key.only_with} if key.only_with else {}))
