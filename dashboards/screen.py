"""Dashboards onto the application: addresses, layout, callbacks. Each callback asks who asks, then `measure()`."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from html import escape
from pathlib import Path
from time import monotonic
from typing import Any
from zoneinfo import ZoneInfo

from anyio import to_thread
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.exceptions import PreventUpdate
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse

from core import log
from core.actor import Actor
from core.errors import NotFound, Refusal
from dashboards import behind, drawer, files, reasons, view
from dashboards.asked import Asked, read
from dashboards.cell import read_cell
from dashboards.numbers import Numbers
from dashboards.page import Panel, Study
from dashboards.pages.ahead import FORECAST
from dashboards.pages.analyses import ANALYSES
from dashboards.pages.flow import FLOW
from dashboards.pages.overview import OVERVIEW
from dashboards.pages.promises import PROMISES
from dashboards.pages.survival import SURVIVAL
from dashboards.server import PREFIX, asking, dash_on, document, referring_page, template

STATIC = Path(__file__).parent / "static"
PAGES = {page.name: page for page in (OVERVIEW, PROMISES, SURVIVAL, FLOW, FORECAST, *ANALYSES)}
PLOTLY = "plotly-basic-4.1.1.min.js"
TROUBLE = "These numbers could not be had just now; it has been noted."
logger = log.get(__name__)

Frame = Callable[[Request, str], tuple[str, str, str]]
"""(request, entry of the navigation) → attributes of <html>, what goes into <head>, the navigation."""


@dataclass(frozen=True, slots=True)
class Outside:
    """What dashboards are handed, because they know neither the app nor its database."""

    frame: Frame
    asset: Callable[[str], str]
    titles: drawer.Titles
    fiscal_start: str
    may_export: Callable[[Actor], bool]
    """Whether links to files are shown to this reader; `note_export` refuses whoever follows one all the same."""
    forms: files.Forms
    note_export: Callable[[Actor, str, str, int], None]
    """Told (who, what, form, rows) before data leaves as a file."""

    def read(self, query: str, actor: Actor) -> Asked:
        """What an address asks for, in the reader's days and the house's year."""
        return read(query, ZoneInfo(actor.timezone), self.fiscal_start)


def add_dashboards(api: FastAPI, numbers: Numbers, outside: Outside) -> Dash:
    """Put the dashboards under /dashboards/."""
    dash = dash_on(api)
    dash.layout = partial(_layout, outside)
    api.router.routes.extend(_routes(dash, numbers, outside).routes)
    _callbacks(dash, numbers, outside)
    return dash


def _routes(dash: Dash, numbers: Numbers, outside: Outside) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/dashboards")
    @router.get(PREFIX)
    def first_page() -> RedirectResponse:
        return RedirectResponse(f"{PREFIX}overview", 303)

    @router.get(PREFIX + "panel.{ending}")
    def panel_file(request: Request, panel: str, ending: str) -> StreamingResponse:
        actor, form = _actor(request), files.form_of(outside.forms, ending)
        shown = next((found for page in PAGES.values() if (found := page.panel(panel))), None)
        if shown is None:
            raise NotFound("There is no such panel.")
        asked = outside.read(request.url.query, actor)
        if isinstance(shown, Panel):
            frame = numbers.panel(shown, asked, actor, 0).frame
        else:
            answer, _ = numbers.study(shown.ask, asked, actor, is_of_people=shown.is_of_people)
            frame = shown.show(answer, asked).frame
        outside.note_export(actor, f"dashboard panel {panel}", ending, len(frame))
        return files.written(panel, ending, form, [frame], actor.timezone)

    @router.get(PREFIX + "tickets.{ending}")
    def tickets_file(request: Request, ending: str) -> StreamingResponse:
        actor, form = _actor(request), files.form_of(outside.forms, ending)
        with files.opened(outside.read(request.url.query, actor), actor, numbers) as (what, found):
            outside.note_export(actor, what, ending, found.total)
            pages = (files.titled(page, partial(outside.titles, actor)) for page in found.pages)
            return files.written("tickets", ending, form, pages, actor.timezone)

    @router.get(PREFIX + "{name}")
    def page(request: Request, name: str) -> Response:
        if name not in PAGES:
            raise NotFound("There is no such dashboard.")
        query = request.url.query
        if (named := numbers.named(query, _actor(request))) != query:
            return RedirectResponse(f"{PREFIX}{name}?{named}", 303)
        attributes, head, bar = outside.frame(request, PAGES[name].entry or name)
        title = escape(PAGES[name].title)
        body = document(
            dash, request, attributes=attributes, head=head, bar=bar, title=title, dash_css=outside.asset("dash.css"),
            filters=template("filters.html").substitute(title=title), plotly=outside.asset(PLOTLY),
            face=outside.asset("dash-face.js"), start=outside.asset("dash-start.js"),
            zone=escape(_actor(request).timezone),
        )  # fmt: skip
        return HTMLResponse(body)

    return router


def _layout(outside: Outside) -> html.Div:
    page = PAGES.get(referring_page(), OVERVIEW)
    forms = outside.forms if outside.may_export(asking()) else {}
    return html.Div(
        [
            *view.frame_of(page, forms),
            _drawer(forms),
            *(dcc.Store(id=name) for name in ("asked", "drilled", "choices", "theme", "sink", "clicked")),
            dcc.Store(id="page", data=page.name),
        ]
    )


def _drawer(forms: files.Forms) -> html.Aside:
    return html.Aside(
        [
            html.Header([
                html.H2(id="drawer-heading"),
                *([files.menu(forms, "tickets")] if forms else []),
                html.Button("Close", className="small", **{"data-close": "true"}),
            ]),
            html.Div(id="drawer-body"),
        ],
        id="drawer", className="drawer", hidden=True, tabIndex=-1, **{"aria-labelledby": "drawer-heading"},
    )  # fmt: skip


def _callbacks(dash: Dash, numbers: Numbers, outside: Outside) -> None:
    face = "face"
    dash.clientside_callback(
        ClientsideFunction(face, "begin"), Output("asked", "data"), Input("page", "data"), prevent_initial_call=False
    )
    dash.clientside_callback(ClientsideFunction(face, "choices"), Output("sink", "data"), Input("choices", "data"))
    _headlines(dash, numbers, outside)
    for page in PAGES.values():
        for panel in page.panels:
            (_panel if isinstance(panel, Panel) else _study)(dash, numbers, outside, panel)  # type: ignore[arg-type]

    async def choices(page: str) -> dict[str, list[str]]:
        actor = asking()
        return await to_thread.run_sync(numbers.choices, actor)

    dash.callback(Output("choices", "data"), Input("page", "data"), prevent_initial_call=False)(choices)

    async def drilled(wanted: dict[str, Any] | None) -> tuple[Any, Any]:
        if not wanted:
            raise PreventUpdate
        actor = asking()

        def work() -> tuple[Any, Any]:
            asked = outside.read(wanted["query"], actor)
            if of := behind.read_behind(asked.drill):
                heading, those, columns = behind.open_behind(of, asked, actor, numbers, drawer.MOST_ROWS)
                return heading, drawer.listed(those, columns, outside.titles(actor, drawer.ids(those.frame)))
            cell = read_cell(asked.drill)
            if cell.is_moved:
                change = numbers.moved(cell, asked, actor)
                return reasons.moved_heading(cell, change), reasons.moved(change, cell, asked)
            if cell.ticket:
                return reasons.why_heading(cell), reasons.why(numbers.explain(cell, asked, actor), cell, asked)
            found = numbers.drill(cell, asked, actor, drawer.MOST_ROWS)
            titles = outside.titles(actor, drawer.ids(found.frame))
            more = [*reasons.links(cell, asked), drawer.alert_link(cell, asked)]
            body = [*drawer.body(cell, found, asked, titles), *more]
            return drawer.heading(cell, found, asked), body

        return await to_thread.run_sync(_told, work, lambda words: (words, None))

    into = Output("drawer-heading", "children"), Output("drawer-body", "children")
    dash.callback(*into, Input("drilled", "data"))(drilled)


def _headlines(dash: Dash, numbers: Numbers, outside: Outside) -> None:
    """One callback for all pages: they show their headlines in the same place."""

    async def ask_headlines(query: str | None, wanted: dict[str, int], name: str) -> Any:
        if query is None:
            raise PreventUpdate
        actor, page = asking(), PAGES[name]
        if not page.headlines:
            return [], monotonic()

        def work() -> Any:
            asked = outside.read(query, actor)
            answer = numbers.totals(page, asked, actor, wanted["position"])
            return view.headlines(page, answer, asked), monotonic()

        return await to_thread.run_sync(_told, work, lambda words: (html.P(words, className="note"), monotonic()))

    dash.callback(
        Output("headlines", "children"), Output("answered-headlines", "data"),
        Input("asked", "data"), Input("asks-headlines", "data"), State("page", "data"),
    )(ask_headlines)  # fmt: skip

    dash.clientside_callback(
        ClientsideFunction("face", "headlines"),
        Output("sink", "data", allow_duplicate=True),
        Input("answered-headlines", "data"),
    )


def _panel(dash: Dash, numbers: Numbers, outside: Outside, panel: Panel) -> None:
    name = panel.name

    async def ask_panel(query: str | None, wanted: dict[str, int]) -> Any:
        if query is None:
            raise PreventUpdate
        actor = asking()

        def work() -> Any:
            """`at` makes each answer another one: Dash tells nobody about an answer that equals the last."""
            asked = outside.read(query, actor)
            answer = numbers.panel(panel, asked, actor, wanted["position"])
            drawn, words = panel.draw(answer.frame, asked), view.silence(panel, answer.frame, asked)
            figure = {
                "panel": name,
                "figure": view.still(drawn) if words else drawn,
                "position": answer.position,
                "at": monotonic(),
            }
            return figure, view.table(panel, answer, asked), words

        return await to_thread.run_sync(_told, work, lambda words: (None, None, words))

    dash.callback(
        Output(f"figure-{name}", "data"), Output(f"table-{name}", "children"), Output(f"note-{name}", "children"),
        Input("asked", "data"), Input(f"asks-{name}", "data"),
    )(ask_panel)  # fmt: skip

    dash.clientside_callback(
        ClientsideFunction("face", "paint"), Output(f"graph-{name}", "figure"),
        Input(f"figure-{name}", "data"), Input("theme", "data"),
    )  # fmt: skip
    dash.clientside_callback(
        ClientsideFunction("face", "clicked"), Output("clicked", "data", allow_duplicate=True),
        Input(f"graph-{name}", "clickData"),
    )  # fmt: skip


def _study(dash: Dash, numbers: Numbers, outside: Outside, study: Study) -> None:
    """One callback a study; its chart is hidden where it has nothing to draw."""
    name, graph = study.name, f"graph-{study.name}"

    async def ask_study(query: str | None, wanted: dict[str, int]) -> Any:
        if query is None:
            raise PreventUpdate
        actor = asking()

        def work() -> Any:
            asked = outside.read(query, actor)
            found, position = numbers.study(study.ask, asked, actor, is_of_people=study.is_of_people)
            shown = study.show(found, asked)
            figure = {"panel": name, "figure": shown.figure or view.BLANK, "position": position, "at": monotonic()}
            drawn = [f"chart{'' if shown.figure else ' blank'}"] if study.draws else []
            return figure, shown.said, shown.below, shown.table, "", *drawn

        def refused(words: str) -> Any:
            figure = {"panel": name, "figure": view.BLANK, "position": 0, "at": monotonic()}
            return figure, None, None, None, words, *(["chart blank"] if study.draws else [])

        return await to_thread.run_sync(_told, work, refused)

    dash.callback(
        Output(f"figure-{name}", "data"),
        *(Output(f"{part}-{name}", "children") for part in ("said", "below", "table", "note")),
        *([Output(f"chart-{name}", "className")] if study.draws else []),
        Input("asked", "data"), Input(f"asks-{name}", "data"),
    )(ask_study)  # fmt: skip

    figure = Input(f"figure-{name}", "data")
    if not study.draws:
        sink = Output("sink", "data", allow_duplicate=True)
        dash.clientside_callback(ClientsideFunction("face", "paint_nothing"), sink, figure)
        return
    dash.clientside_callback(
        ClientsideFunction("face", "paint"), Output(graph, "figure"), figure, Input("theme", "data")
    )
    dash.clientside_callback(
        ClientsideFunction("face", "clicked"), Output("clicked", "data", allow_duplicate=True),
        Input(graph, "clickData"),
    )  # fmt: skip


def _told(work: Callable[[], Any], otherwise: Callable[[str], Any]) -> Any:
    """What `work` gives; a refusal, or an accident that is noted, becomes a sentence where the numbers would be."""
    try:
        return work()
    except Refusal as refusal:
        return otherwise(refusal.sentence)
    except Exception:
        logger.exception("a panel failed")
        return otherwise(TROUBLE)


def _actor(request: Request) -> Actor:
    actor: Actor = request.scope["state"]["actor"]
    return actor
