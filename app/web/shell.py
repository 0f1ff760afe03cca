"""The desk, put onto the API's application: pages, static files, and the middleware that pages need."""

from collections.abc import Sequence
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.middleware import Middleware

from app.desk import Desk
from app.web import (
    access,
    account,
    alerts,
    audit,
    bulk,
    health,
    macro_forms,
    macros,
    mentions,
    new_ticket,
    notices,
    outgoing,
    presence,
    rating,
    search,
    setup,
    setup_calendars,
    setup_denominators,
    setup_fields,
    setup_queues,
    setup_rights,
    setup_sla,
    setup_timers,
    setup_what_if,
    sign_in,
    signs,
    sla,
    theme,
    ticket,
    tickets,
    time_sums,
    together,
    view_as,
    views,
    worktime,
)
from app.web import live as live_pages
from app.web.assets import Assets
from app.web.compress import Compress
from app.web.door import Door
from app.web.face import Face
from app.web.pages import Pages
from app.web.problems import ProblemPages, is_for_people, page_for
from app.web.rating_card import questions_of
from etl.sinks.live import Live
from search.index import SearchIndex

STATIC = Path(__file__).parent / "static"
DASH_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; object-src 'none';"
    " base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""Plotly makes its style sheet at run time. Scripts stay our own files: none inline, no eval, nowhere."""

STAFF_ONLY = ("/dashboards",)
CRASHED = {"status": 500, "detail": "The page could not be made. It has been noted; try again in a moment."}


def add_desk(api: FastAPI, desk: Desk, index: SearchIndex, live: Live, folders: Sequence[Path] = ()) -> Pages:
    """Add the desk's pages to `api`; `folders` hold static files of other faces. Returns what renders pages."""
    assets = Assets.of([STATIC, *folders])
    pages = Pages.of(assets, desk.settings.company, signs.asker(desk.database))
    pages.environment.globals["survey_beside"] = questions_of(desk.settings)
    face = Face(desk.settings, desk.database, desk.doorkeeper, index, pages)
    routes = api.router.routes  # flat, as the API's (app/rest): to look into an included router costs twice
    routes.extend(assets.routes().routes)
    for part in (
        sign_in,
        tickets,
        views,
        bulk,
        new_ticket,
        audit,
        access,
        sla,
        setup,
        setup_calendars,
        setup_denominators,
        setup_fields,
        setup_queues,
        setup_rights,
        setup_what_if,
        setup_sla,
        setup_timers,
        together,
        macro_forms,
        macros,
        mentions,
        notices,
        signs,
        outgoing,
        presence,
        worktime,
        rating,
        time_sums,
        ticket,
        search,
        account,
        health,
        theme,
        view_as,
    ):
        routes.extend(part.routes(face).routes)
    routes.extend(alerts.routes(face, desk).routes)
    routes.extend(live_pages.routes(face, live).routes)
    _answer_crashes(api, pages)
    api.user_middleware.append(Middleware(Door, staff_only=STAFF_ONLY))  # the innermost: it knows who asks
    api.add_middleware(ProblemPages, pages=pages)
    api.add_middleware(Compress)
    return pages


def _answer_crashes(api: FastAPI, pages: Pages) -> None:
    """A crash is answered outside all middleware: make the page here, from the API's own answer."""
    before = api.exception_handlers[Exception]

    def crashed(request: Request, error: Exception) -> Response:
        answer = before(request, error)
        assert isinstance(answer, Response)
        return page_for(pages, request, CRASHED) if is_for_people(request) else answer

    api.add_exception_handler(Exception, crashed)
