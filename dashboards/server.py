"""Dash on our FastAPI application: Dash's routes and its wall-less middleware, and nothing that we do not want of it.

Facts of Dash 4.4 (dash/backends/_fastapi.py): its middleware reads a callback's body before anyone asks who sent it, so
it must run inside the identity wall; on start it adds a catch-all route for every address, which would swallow the
API's 404; callbacks that are plain functions run in the event loop, so ours are coroutines that use threads.
"""

import re
from pathlib import Path
from string import Template
from typing import Any

from dash import Dash
from dash.backends._fastapi import (
    DashMiddleware,
    FastAPIDashServer,
    get_current_request,
    reset_current_request,
    set_current_request,
)
from fastapi import FastAPI, Request

from core.actor import Actor
from core.errors import NotSignedIn

PREFIX = "/dashboards/"
TEMPLATES = Path(__file__).parent / "templates"
UNUSED = re.compile(r'<script src="[^"]*dash_table[^"]*"></script>\n?')
"""A component that we do not use."""


class Server(FastAPIDashServer):  # type: ignore[misc]  # Dash has no types
    """The backend without index, catch-all and web socket: our pages have addresses of their own, and `/live` tells."""

    websocket_capability = False

    def setup_index(self, dash_app: Dash) -> None:
        """Pages are routes of ours (screen.py)."""

    def _setup_catchall(self) -> None:
        """An address that nobody knows is a 404."""


def dash_on(api: FastAPI) -> Dash:
    """A Dash application whose routes live in `api`, its middleware innermost: inside identity and the door."""
    dash = Dash(
        "dashboards",
        server=False,
        backend=Server,
        routes_pathname_prefix=PREFIX,
        requests_pathname_prefix=PREFIX,
        include_assets_files=False,
        suppress_callback_exceptions=True,
        prevent_initial_callbacks=True,
        update_title="",
        add_log_handler=False,
    )
    dash.init_app(api)
    (middleware,) = [one for one in api.user_middleware if one.cls is DashMiddleware]
    api.user_middleware.remove(middleware)
    api.user_middleware.append(middleware)
    return dash


def asking() -> Actor:
    """Who sends the callback that is running now."""
    request: Request = get_current_request()
    actor: Actor | None = request.scope.get("state", {}).get("actor")
    if actor is None:
        raise NotSignedIn("Sign in to see this.")
    return actor


def referring_page() -> str:
    """The page that asks for its layout: Dash does not say it, but the browser does."""
    referer = get_current_request().headers.get("referer", "")
    return str(referer).partition("?")[0].rstrip("/").rpartition("/")[2]


def document(dash: Dash, request: Request, **parts: str) -> str:
    """The HTML in which the page comes to life."""
    token = set_current_request(request)
    try:
        dash._setup_server()
        scripts = UNUSED.sub("", dash._generate_scripts_html())
        values: dict[str, Any] = {"config": dash._generate_config_html(), "scripts": scripts, "entry": ENTRY, **parts}
        return template("index.html").substitute(values)
    finally:
        reset_current_request(token)


def template(name: str) -> Template:
    """One of our few HTML files."""
    return Template((TEMPLATES / name).read_text(encoding="utf-8"))


ENTRY = """<div id="react-entry-point"><p class="quiet">Loading the numbers</p></div>"""
