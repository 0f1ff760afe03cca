"""Rendering: one Jinja environment (autoescape on), what every page knows, and the frame that dashboards share."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from app.web import times
from app.web.assets import Assets
from app.web.marks import Marks
from app.web.markup import safe_html, with_names
from core import clock
from core.actor import Actor
from core.errors import NotSignedIn

TEMPLATES = Path(__file__).parent / "templates"
THEMES = ("light", "dark")
SERVER_ERROR = 500
FLASH = "flash"
"""A cookie that lives for one page: what was just done, and whose draft arrived."""


def actor_of(request: Request) -> Actor | None:
    """Who is asking, as the middleware found out."""
    actor: Actor | None = request.scope.get("state", {}).get("actor")
    return actor


def demand_actor(request: Request) -> Actor:
    """Who is asking; nobody is sent to sign in."""
    actor = actor_of(request)
    if actor is None:
        raise NotSignedIn("Sign in to see this.")
    return actor


@dataclass(frozen=True, slots=True)
class Pages:
    """Makes pages. `assets` gives the addresses of static files; `company` stands in the navigation."""

    environment: Environment
    assets: Assets
    company: str
    signs: "Callable[[Actor], Any]"
    """Asks for what stands in the frame for somebody (app/web/signs.py)."""

    @classmethod
    def of(cls, assets: Assets, company: str, signs: "Callable[[Actor], Any]") -> "Pages":
        """The environment with our few filters: `when`, `prose`, `grouped`."""
        environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        environment.globals["asset"] = assets.url
        environment.globals["marks"] = Marks(assets.url)
        environment.filters["when"] = when
        environment.filters["stamp"] = exact
        environment.filters["minute"] = to_the_minute
        environment.filters["prose"] = safe_html
        environment.filters["with_names"] = with_names
        environment.filters["grouped"] = grouped
        environment.filters["size"] = size
        return cls(environment, assets, company, signs)

    def page(self, request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """A whole page for whoever asks. `here` in `values` lights up an entry of the navigation; a page that has asked
        for `signs` among other things spares a question.
        """
        said, sent = _flash(request)
        body = self.environment.get_template(template).render(
            {**self._frame(request, values, is_well=status < SERVER_ERROR), "flash": said, "sent": sent}
        )
        response = HTMLResponse(body, status)
        if FLASH in request.cookies:
            response.delete_cookie(FLASH)
        return response

    def frame(self, request: Request, here: str) -> tuple[str, str, str]:
        """For pages that Jinja does not make: attributes of <html>, what goes into <head>, the navigation."""
        values = self._frame(request, {"here": here})
        head = self.environment.get_template("head.html").render(values)
        bar = self.environment.get_template("bar.html").render(values)
        theme = values["theme"]
        return (f' data-theme="{theme}"' if theme else "", head, bar)

    def _frame(self, request: Request, values: dict[str, Any], *, is_well: bool = True) -> dict[str, Any]:
        """What every page knows, and `values`. A page that tells of trouble asks nobody anything."""
        actor = actor_of(request)
        visitor = request.scope.get("state", {}).get("visitor")
        theme = request.cookies.get("theme", "")
        return {
            "actor": actor,
            "viewing_until": visitor.viewing_until if visitor else None,
            "company": self.company,
            "theme": theme if theme in THEMES else "",
            "here": "",
            "zone": times.zone(actor.timezone if actor else "UTC"),
            "now": clock.now(),
            "signs": self.signs(actor) if "signs" not in values and actor and actor.role.is_staff and is_well else {},
            **values,
        }


def done(url: str, words: str = "", *, sent: str = "") -> RedirectResponse:
    """After a form: go on to a page that says what was done. `sent` names the draft that has arrived."""
    response = RedirectResponse(url, 303)
    if words or sent:
        response.set_cookie(FLASH, quote(f"{sent}\n{words}"), max_age=60, httponly=True, samesite="lax")
    return response


def _flash(request: Request) -> tuple[str, str]:
    sent, _, words = unquote(request.cookies.get(FLASH, "")).partition("\n")
    return words[:300], sent[:200]


@pass_context
def when(context: Context, instant: datetime) -> Markup:
    """`<time>`: how long ago in words, the exact instant in the reader's zone on hover, and for programs."""
    now: datetime = context["now"]
    reader: ZoneInfo = context["zone"]
    machine, exactly, ago = times.machine(instant), times.stamp(instant, reader), times.ago(instant, now)
    return Markup(f'<time datetime="{machine}" title="{exactly}" data-ago>{ago}</time>')  # noqa: S704 — digits and names


@pass_context
def exact(context: Context, instant: datetime) -> str:
    """The exact instant in the reader's zone."""
    reader: ZoneInfo = context["zone"]
    return times.stamp(instant, reader)


@pass_context
def to_the_minute(context: Context, instant: datetime) -> str:
    """The instant in the reader's zone, for what is promised or planned."""
    return times.minute(instant, context["zone"], context["now"])


def grouped(number: int) -> str:
    """`12 345`, with a thin space that does not break."""
    return f"{number:,}".replace(",", "\u202f")


def size(size_bytes: int) -> str:
    """`812 bytes`, `14 kB`, `3.2 MB`."""
    if size_bytes < 1000:
        return f"{size_bytes} bytes"
    return f"{size_bytes / 1e3:.0f} kB" if size_bytes < 999_500 else f"{size_bytes / 1e6:.1f} MB"
