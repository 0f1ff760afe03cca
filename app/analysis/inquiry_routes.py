"""What is behind the numbers of analyses that say a table, over HTTP: a route each, made of what it declares.

Rows are tickets, events, spans or cells, as the number is made of; as many as it says, and hours that add up to it.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Header, Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, create_model

from analytics.inquiries import INQUIRIES, Inquiry, Wanted
from analytics.inquiries.inquiry import Choice
from analytics.zones import zone_of
from app import policy
from app.analysis.attendance_routes import people_of
from app.numbers import render
from app.numbers.asking import MANY, Filter, Text, arguments
from app.numbers.behind import demand_colleague, titled
from app.numbers.dates import instant
from app.numbers.render import Format
from app.numbers.routes import LONGEST_PAGE, PAGE, table, table_or
from app.rest import PREFIX
from app.rest.ask import Ask, Reading
from app.rest.problem import responses
from core import clock

router = APIRouter(prefix=f"{PREFIX}/analysis", tags=["analysis"], responses=responses(401, 403, 422, 503))

INSTANTS = ("period", "published_at", "as_known_at")
"""What is given as an instant, in any way in which dates are read."""


class Opening(BaseModel):
    """Which time, in whose zone, and how much of what is behind the number."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    since: Text | None = Field(None, description="2026-03, 2026-03-01, 7d, …", examples=["7d"])
    until: Text | None = Field(None, description="The first instant behind it.", examples=["2026-04"])
    as_of: Text | None = Field(None, description="What was true at that instant; left out: now.")
    timezone: Text | None = Field(None, description="IANA name; left out: your own.", examples=["Europe/Berlin"])
    limit: Annotated[int, Field(ge=1, le=LONGEST_PAGE)] = PAGE
    offset: int = Field(0, ge=0, le=2**31, description="How many rows to leave out.")
    format: Format | None = Field(None, description="All of them as a file; left out: what `Accept` asks for, or JSON.")


class RowsAnswer(BaseModel):
    """The rows behind a number, and how many there are in all."""

    total: int
    items: list[dict[str, Any]]


def _route(inquiry: Inquiry) -> Callable[..., Response]:
    def list_behind(ask: Reading, wanted: Any, accept: str | None = None) -> Response:
        demand_colleague(ask)
        zone = zone_of(wanted.timezone or ask.actor.timezone)
        row = {key: _plain(key, getattr(wanted, key), ask, wanted) for key in inquiry.key if getattr(wanted, key)}
        rows = inquiry.opened(_wanted(inquiry, ask, wanted), wanted.part, row, ask.desk.lake)
        form = render.wanted(wanted.format, accept)
        if form is not Format.JSON:
            with rows.pages() as found:
                pages = (_told(ask, page) for page in found.pages)
                return table(ask, zone, form, f"{inquiry.name}_{wanted.part}", pages=pages, rows=found.total)
        page = rows.page(wanted.limit, wanted.offset)
        items = render.rows(_told(ask, page.frame))
        return Response(orjson.dumps({"total": page.total, "items": items}), media_type="application/json")

    list_behind.__name__ = f"list_behind_{inquiry.name}"
    list_behind.__doc__ = f"{inquiry.analysis.title}: what is behind one of its numbers, of a row or of the whole."
    accepted = Annotated[str | None, Header(include_in_schema=False)]
    list_behind.__annotations__ |= {"wanted": Annotated[_model(inquiry), Query()], "accept": accepted}
    return list_behind


def _model(inquiry: Inquiry) -> type[Opening]:
    """What may be asked of it: the number, the row, and what the analysis itself may be asked."""
    given: dict[str, Any] = {
        "part": (Literal[inquiry.parts], Field(description="Which number.")),
        **{key: (Text | None, Field(None, description="Of that row; left out: of the whole.")) for key in inquiry.key},
        **{choice.name: _field(choice) for choice in inquiry.choices},
    }
    if inquiry.takes_filters:
        words = "`queue:Billing`: a dimension and a name or id, as the analysis reads them."
        given["where"] = (list[Filter], Field([], max_length=MANY, description=words, examples=[["queue:Billing"]]))
    return create_model(f"Behind{inquiry.name.capitalize()}", __base__=Opening, **given)


def _field(choice: Choice) -> tuple[Any, Any]:
    names = tuple(name for name, _ in choice.options if name)
    kind: Any = Literal[names] if names and choice.kind == "few" else Text
    return kind | None, Field(None, description=f"{choice.words}.")


def _wanted(inquiry: Inquiry, ask: Ask, given: Any) -> Wanted:
    zone = zone_of(given.timezone or ask.actor.timezone)
    where = given.where if inquiry.takes_filters else ()
    asked = arguments(given.since, given.until, given.as_of, where, grain=None, zone=zone)
    chosen = {one.name: _plain(one.name, getattr(given, one.name) or "", ask, given) for one in inquiry.choices}
    return Wanted(
        **{name: asked[name] for name in ("since", "until", "as_of", "where", "timezone")},
        scope=policy.visible(ask.actor), people=people_of(ask), chosen=chosen,
    )  # fmt: skip


def _plain(name: str, text: str, ask: Ask, given: Any) -> str:
    if name not in INSTANTS or not text:
        return text
    found: datetime = instant(text, zone_of(given.timezone or ask.actor.timezone), clock.now())
    return found.isoformat()


def _told(ask: Ask, frame: Any) -> Any:
    return titled(ask, frame) if "ticket_id" in frame.columns else frame


for _one in INQUIRIES.values():
    router.get(f"/{_one.name}/behind", response_model=None, responses=table_or(RowsAnswer))(_route(_one))
