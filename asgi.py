"""The one file that sees everything: API, desk and dashboards as one ASGI application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from app.api import create_api
from app.web.shell import DASH_POLICY, add_desk
from core.settings import Settings
from etl.sinks.live import Live
from search import open_index


def create_app(settings: Settings) -> FastAPI:
    """Everything that this installation serves, on one origin, behind one wall, in one look."""
    api = create_api(settings, policies={"/dashboards": DASH_POLICY})
    live, index = Live(settings.database_url), open_index(settings)
    add_desk(api, api.state.desk, index, live)
    _live_with(api, live)
    return api


def _live_with(api: FastAPI, live: Live) -> None:
    """The listening thread starts and stops with the application."""
    inner = api.router.lifespan_context

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        live.start()
        try:
            async with inner(app):
                yield
        finally:
            live.stop()

    api.router.lifespan_context = lifespan
