"""What leaves a dashboard as a file: a panel's numbers, or all that is behind one of them, however much it is."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import IO
from uuid import UUID

import polars as pl
from dash import html
from fastapi.responses import StreamingResponse

from analytics.drill_pages import Pages
from core.actor import Actor
from core.errors import NotFound
from core.spool import spooling
from dashboards.asked import Asked
from dashboards.behind import all_behind, read_behind
from dashboards.cell import read_cell
from dashboards.drawer import ids
from dashboards.numbers import Numbers

ZONE_HEADER = "Clearqueue-Time-Zone"
"""Whose days a file is told in; its times say so themselves, too."""

Write = Callable[[Iterable[pl.DataFrame], IO[bytes]], None]


@dataclass(frozen=True, slots=True)
class Form:
    """A form of file: how people call it, its media type, and who writes it."""

    words: str
    media_type: str
    write: Write


Forms = Mapping[str, Form]
"""By their endings, the usual first. They are handed in: the API writes the same files."""


def menu(forms: Forms, address: str, **named: str) -> html.Details:
    """Links to all forms of one thing; the page's script makes them whole, for what is asked stands in its address."""
    links = [
        html.A(form.words, href="#", **{"data-file": f"/dashboards/{address}.{ending}", **named}, role="menuitem")
        for ending, form in forms.items()
    ]
    summary = html.Summary("Export", className="small")
    return html.Details([summary, html.Div(links, className="card-sheet files", role="menu")], className="menu")


def form_of(forms: Forms, ending: str) -> Form:
    """The form of that ending."""
    if ending not in forms:
        raise NotFound(f"There are no such files; there are {', '.join(forms)}.")
    return forms[ending]


def written(name: str, ending: str, form: Form, pages: Iterable[pl.DataFrame], zone: str) -> StreamingResponse:
    """The file, written whole before anybody who reads slowly gets the first of it."""
    with spooling() as spool:
        form.write(map(plain, pages), spool.file)
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.{ending}"',
        "Content-Length": str(spool.size_bytes),
        ZONE_HEADER: zone,
    }
    return StreamingResponse(spool.chunks(), media_type=form.media_type, headers=headers)


@contextmanager
def opened(asked: Asked, actor: Actor, numbers: Numbers) -> Iterator[tuple[str, Pages]]:
    """All that is behind what an address names, and what that is."""
    found: AbstractContextManager[Pages]
    if of := read_behind(asked.drill):
        what, found = f"rows behind {of.analysis}", all_behind(of, asked, actor, numbers)
    else:
        what, found = "tickets behind a number", numbers.pages(read_cell(asked.drill), asked, actor)
    with found as pages:
        yield what, pages


def titled(page: pl.DataFrame, titles: Callable[[Sequence[UUID]], Mapping[UUID, str]]) -> pl.DataFrame:
    """Tickets by number and title; what is no ticket stays as it is."""
    if "ticket_id" not in page.columns:
        return page
    known = {str(ticket_id): title for ticket_id, title in titles(ids(page)).items()}
    title = pl.col("ticket_id").cast(pl.String).replace_strict(known, default="", return_dtype=pl.String)
    return page.select("number", title.alias("title"), pl.exclude("ticket_id", "number", "title"))


def plain(page: pl.DataFrame) -> pl.DataFrame:
    """Lists as words: no spreadsheet has cells within cells."""
    nested = [name for name, kind in page.schema.items() if isinstance(kind, pl.List)]
    return page.with_columns(pl.col(name).cast(pl.List(pl.String)).list.join(", ") for name in nested)
