"""The one file that sees everything: API, desk and dashboards as one ASGI application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI

from analytics.lake import open_reader
from app.api import create_api
from app.audit.exports import note_export
from app.numbers.render import MEDIA_TYPES, WRITERS, Format
from app.platform.command import service
from app.policy import may_export
from app.presence.team import team_from
from app.rest.signpost import put_before
from app.web.shell import DASH_POLICY, add_desk
from app.web.titles import titles_from
from core import heap
from core.settings import Settings
from dashboards import screen
from dashboards.files import Form
from dashboards.numbers import Numbers
from etl.sinks.live import Live
from search import SearchIndex, open_index

FORMS = {
    str(form): Form(words, MEDIA_TYPES[form], WRITERS[form])
    for form, words in (
        (Format.CSV, "CSV"), (Format.XLSX, "Excel (XLSX)"), (Format.PARQUET, "Parquet"), (Format.ARROW, "Arrow"),
    )
}  # fmt: skip
"""The files that dashboards offer: those of the API."""


def create_app(settings: Settings) -> FastAPI:
    """Everything that this installation serves, on one origin, behind one wall, in one look."""
    api = create_api(settings, policies={"/dashboards": DASH_POLICY})
    desk, index = api.state.desk, open_index(settings)
    numbers = Numbers(lambda: open_reader(settings), team_from(desk.database))
    pages = add_desk(api, desk, index, desk.live, [screen.STATIC])
    outside = screen.Outside(
        frame=pages.frame,
        asset=pages.assets.url,
        titles=titles_from(desk.database),
        fiscal_start=settings.fiscal_year_starts,
        may_export=may_export,
        forms=FORMS,
        note_export=partial(note_export, desk.database),
    )
    screen.add_dashboards(api, numbers, outside)
    put_before(api.router)
    _live_with(api, desk.live, numbers, index)
    return api


def served() -> FastAPI:
    """The same for one of several processes, from its environment."""
    heap.look_less_often()
    application = create_app(service())
    heap.keep()
    return application


def _live_with(api: FastAPI, live: Live, numbers: Numbers, index: SearchIndex) -> None:
    """The listening thread starts and stops with the application; lake and index are let go of at the end."""
    inner = api.router.lifespan_context

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        live.start()
        try:
            async with inner(app):
                yield
        finally:
            live.stop()
            numbers.close()
            index.close()

    api.router.lifespan_context = lifespan
