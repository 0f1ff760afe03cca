"""Small pages of the shell: the theme switch for browsers without JavaScript, and the list of shortcuts."""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.web.face import Face
from app.web.pages import THEMES
from app.web.sign_in import own_address

YEAR_SECONDS = 365 * 86_400


def routes(face: Face) -> APIRouter:
    """`POST /theme` and `GET /keys`."""
    router = APIRouter(include_in_schema=False)

    @router.post("/theme")
    def choose(request: Request, theme: Annotated[str, Form(max_length=10)]) -> Response:
        response = RedirectResponse(came_from(request), 303)
        if theme in THEMES:
            response.set_cookie("theme", theme, max_age=YEAR_SECONDS, samesite="lax")
        else:
            response.delete_cookie("theme")
        return response

    @router.get("/keys")
    def keys(request: Request) -> Response:
        return face.pages.page(request, "keys_page.html")

    return router


def came_from(request: Request) -> str:
    """The page of ours on which a form of the frame stood."""
    page = urlsplit(request.headers.get("referer", ""))
    return own_address(f"{page.path}?{page.query}".rstrip("?"))
