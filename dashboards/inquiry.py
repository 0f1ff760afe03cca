"""The page of an analysis that says a table, made of what it declares: numbers that open, a chart, and its rows."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from functools import cache, partial
from typing import Any, Literal
from uuid import UUID

import polars as pl
from dash import html

from analytics.inquiries import INQUIRIES, Column, Found, Inquiry, Wanted
from analytics.inquiries.rows import Rows
from analytics.lake import Lake
from core.actor import Actor, Scope
from dashboards.asked import Asked
from dashboards.behind import Behind, behind
from dashboards.chart import BAR_PIXELS, downwards
from dashboards.numbers import Numbers
from dashboards.page import Choice, Field, Figure, Page, Shown, Study
from dashboards.rows import nothing, opening, sentence, table
from dashboards.theme import MARK, layout
from dashboards.words import grouped, number

MOST_LINES = 400
MOST_BARS = 15
STEP = {"grain": "step"}
"""What an inquiry's choices are called in addresses where a page has a parameter of that name already."""
STANDARD = "%a %-d %b %Y"
PERIODS = {"hour": "%a %-d %b %H:%M", "month": "%B %Y", "week": "week of %-d %b %Y"}


def page_of(inquiry: Inquiry, above: tuple[Any, ...]) -> Page:
    """The page: one study, with what one may choose as buttons and fields."""
    few = [one for one in inquiry.choices if one.kind == "few"]
    fields = tuple(_field(one) for one in inquiry.choices if one.kind != "few")
    study = Study(
        name=f"inquiry-{inquiry.name}",
        title=inquiry.analysis.question,
        about=(inquiry.analysis.name,),
        ask=asker(inquiry),
        show=partial(show, inquiry),
        moves_with=frozenset(),
        draws=bool(inquiry.draws),
        form=fields,
        is_of_people=inquiry.is_of_people,
        has_twin=False,
    )
    offered = tuple(Choice(parameter(one.name), one.words, one.options, start=one.usual) for one in few)
    definition = html.P(inquiry.analysis.definition, className="definition")
    return Page(
        inquiry.name, inquiry.analysis.title, (), (study,), offered, entry="analyses", above=(*above, definition)
    )


@cache
def asker(inquiry: Inquiry) -> Callable[..., Found]:
    """What the API tells at the analysis' path; one function for each, so that an answer is found again."""

    def ask(lake: Lake, asked: Asked, scope: Scope, people: Collection[UUID] | None = ()) -> Found:
        return inquiry.found(_wanted(inquiry, asked, scope, people), lake)

    return ask


def behind_inquiry(of: Behind, asked: Asked, actor: Actor, numbers: Numbers) -> tuple[str, Rows]:
    """What is behind one of its numbers: which number of what row, and the rows."""
    inquiry, row = INQUIRIES[of.analysis], dict(of.given)
    part = row.pop("part", "")
    people = numbers.team(actor) if inquiry.is_of_people else ()
    rows = inquiry.opened(_wanted(inquiry, asked, actor.scope, people), part, row, numbers.lake())
    return ", ".join(filter(None, [_called(inquiry, part), _whose(inquiry, row, asked, actor, numbers)])), rows


def show(inquiry: Inquiry, found: Found, asked: Asked) -> Shown:
    """Its numbers, its chart, and its rows."""
    if found.frame.is_empty():
        return Shown(found.frame, said=nothing(f"There are no {inquiry.of[1]} in this time. Take a longer one."))
    tiles = [_tile(inquiry, one, found, asked) for one in inquiry.sums if one.name in found.sums]
    rows = found.frame.head(MOST_LINES).to_dicts()
    shown = table(*_heads(found), [_line(inquiry, row, found, asked) for row in rows])
    is_cut = len(found.frame) > MOST_LINES
    left = html.P(f"The first {MOST_LINES} of {grouped(len(found.frame))} rows.", className="quiet") if is_cut else None
    said = [html.Div(tiles, className="headlines"), *_notes(inquiry, found, asked)]
    return Shown(found.frame, said=said, figure=_figure(inquiry, found, asked), below=left, table=shown)


def parameter(name: str) -> str:
    """What a choice is called in the address."""
    return STEP.get(name, name)


def _wanted(inquiry: Inquiry, asked: Asked, scope: Scope, people: Collection[UUID] | None) -> Wanted:
    chosen = {one.name: asked.of(parameter(one.name)) for one in inquiry.choices}
    return Wanted(**asked.cohort, scope=scope, people=people, chosen=chosen)


def _field(choice: Any) -> Field:
    kinds: dict[str, Literal["number", "date", "select"]] = {"number": "number", "date": "date", "many": "select"}
    return Field(
        parameter(choice.name), choice.words, choice.usual, kinds[choice.kind], options=choice.options, is_needed=False
    )


def _tile(inquiry: Inquiry, column: Column, found: Found, asked: Asked) -> html.Div:
    value, of = _value(column, found.sums[column.name]), behind(inquiry.name, part=column.name)
    is_open = _opens(column, found.sums)
    figure = opening(value, of, asked, className="figure") if is_open else html.Span(value, className="figure")
    return html.Div([figure, html.Span(column.words, className="words")], className="headline")


def _opens(column: Column, values: Mapping[str, Any]) -> bool:
    return column.opens and bool(values[column.name])


def _notes(inquiry: Inquiry, found: Found, asked: Asked) -> list[html.P]:
    told = []
    if 0 < found.n < inquiry.few:
        of = inquiry.of[found.n != 1]
        told.append(sentence(f"This rests on {grouped(found.n)} {of} only: chance moves it more than anything."))
    if asked.where and not inquiry.takes_filters:
        told.append(html.P("Filters by queue, priority and so on do not apply to this.", className="quiet"))
    if inquiry.is_of_people:
        words = "You see yourself and the people of queues that you lead; administrators see everybody."
        told.append(html.P(words, className="quiet"))
    return told


def _heads(found: Found) -> tuple[list[str], list[str]]:
    texts, numbers = _sides(found)
    return [one.words for one in texts], [one.words for one in numbers]


def _sides(found: Found) -> tuple[list[Column], list[Column]]:
    """Words on the left, numbers on the right."""
    sides = ([one for one in found.columns if one.is_number is side] for side in (False, True))
    return next(sides), next(sides)


def _line(inquiry: Inquiry, row: dict[str, Any], found: Found, asked: Asked) -> list[Any]:
    texts, numbers = _sides(found)
    cells: list[Any] = []
    for column in (*texts, *numbers):
        value = _value(column, row[column.name], row)
        is_open = _opens(column, row)
        cells.append(opening(value, _cell(inquiry, column.name, row), asked) if is_open else value)
    return cells


def _cell(inquiry: Inquiry, part: str, row: Mapping[str, Any], keys: Collection[str] = ()) -> Behind:
    given = {key: row.get(key) for key in (keys or inquiry.key)}
    told = {key: one.isoformat() if isinstance(one, datetime) else one for key, one in given.items()}
    return behind(inquiry.name, part=part, **told)


def _value(column: Column, value: Any, row: Mapping[str, Any] | None = None) -> str:
    """A value as people read it."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return _moment(column, value)
    if column.digits is not None:
        return f"{value:.{column.digits}f}"
    return number(round(value, 3), column.unit) if column.unit else str(value)


def _moment(column: Column, value: datetime) -> str:
    """An instant; of a period its name."""
    if column.name != "period":
        return value.strftime(f"{STANDARD} %H:%M")
    return value.strftime(PERIODS.get(column.words.lower(), STANDARD))


def _figure(inquiry: Inquiry, found: Found, asked: Asked) -> Figure | None:
    if not inquiry.draws or not found.frame[inquiry.draws].sum():
        return None
    column = next(one for one in found.columns if one.name == inquiry.draws)
    if inquiry.draws_funnel:
        return _funnel(column, found)
    return (_over_time if "period" in found.frame.columns else _ranked)(inquiry, column, found, asked)


def _over_time(inquiry: Inquiry, column: Column, found: Found, asked: Asked) -> Figure:
    """A bar for each period; where rows are of several people, of all of them together."""
    frame = found.frame.group_by("period", maintain_order=True).agg(pl.col(column.name).sum()).sort("period")
    x, y = frame["period"].dt.replace_time_zone(None).to_list(), frame[column.name].to_list()
    cells = [str(_cell(inquiry, column.name, row, ["period"])) if column.opens else "" for row in frame.to_dicts()]
    bar = {
        "type": "bar", "x": x, "y": y, "marker": {"color": MARK}, "name": column.words, "customdata": cells,
        "text": [_value(column, value) for value in y], "textposition": "none", "hovertemplate": "%{text}",
    }  # fmt: skip
    axis = {"title": {"text": column.words, "font": {"size": 12}}}
    return {"data": [bar], "layout": layout(xaxis={"type": "date", "tickformat": "%-d %b"}, yaxis=axis)}


def _ranked(inquiry: Inquiry, column: Column, found: Found, asked: Asked) -> Figure:
    """A bar for each row, those that one looks for first, with its number beside it."""
    label = next(one for one in found.columns if not one.is_number).name
    value = pl.col(column.name)
    drawn = found.frame.filter(value.is_not_null() if inquiry.draws_smallest else value > 0)
    frame = drawn.sort(column.name, label, descending=[not inquiry.draws_smallest, False])
    rows = frame.head(MOST_BARS).to_dicts()
    names = [str(row[label]) for row in rows]
    bar = {
        "type": "bar", "orientation": "h", "y": names, "x": [row[column.name] for row in rows], "cliponaxis": False,
        "marker": {"color": MARK}, "text": [_value(column, row[column.name]) for row in rows], "name": column.words,
        "textposition": "outside", "textfont": {"color": "--ink-2"}, "hovertemplate": "%{y}: %{text}<extra></extra>",
        "customdata": [str(_cell(inquiry, column.name, row)) if column.opens else "" for row in rows],
    }  # fmt: skip
    most = "lowest" if inquiry.draws_smallest else "largest"
    title = column.words if len(rows) == len(frame) else f"{column.words}: the {most} {len(rows)} of {len(frame)}"
    shape = layout(
        height=40 + BAR_PIXELS * max(len(names), 1), hovermode="closest", margin={"l": 8, "r": 48, "t": 4, "b": 28},
        xaxis={"rangemode": "tozero", "showticklabels": False, "title": {"text": title, "font": {"size": 12}}},
        yaxis=downwards(names),
    )  # fmt: skip
    return {"data": [bar], "layout": shape}


def _funnel(column: Column, found: Found) -> Figure:
    """A dot for each row by its number of tickets, between the lines that chance alone rarely passes."""
    rows = found.frame.filter(pl.col(column.name).is_not_null()).sort("tickets").to_dicts()
    label = next(one for one in found.columns if not one.is_number).name
    x = [row["tickets"] for row in rows]
    edges = [
        {"type": "scatter", "mode": "lines", "x": x, "y": [row[side] for row in rows], "hoverinfo": "skip",
         "line": {"color": "--ink-2", "width": 1, "dash": "dot"}, "name": "Chance"}
        for side in ("usual_low", "usual_high")
    ]  # fmt: skip
    dots = {
        "type": "scatter", "mode": "markers", "x": x, "y": [row[column.name] for row in rows], "name": column.words,
        "marker": {"color": MARK, "size": 9}, "hovertemplate": "%{text}<extra></extra>",
        "text": [f"{row[label]}: {_value(column, row[column.name])}" for row in rows],
    }  # fmt: skip
    axes = [{"title": {"text": words, "font": {"size": 12}}} for words in ("Tickets", column.words)]
    shape = layout(hovermode="closest", showlegend=False, xaxis={**axes[0], "rangemode": "tozero"}, yaxis=axes[1])
    return {"data": [*edges, dots], "layout": shape}


def _called(inquiry: Inquiry, part: str) -> str:
    found = [one.words for one in inquiry.sums if one.name == part]
    return found[0] if found else part.replace("_", " ")


def _whose(inquiry: Inquiry, row: Mapping[str, str], asked: Asked, actor: Actor, numbers: Numbers) -> str:
    """What people call the row, from the answer that the page shows."""
    if not row:
        return ""
    found: Found = numbers.study(asker(inquiry), asked, actor, is_of_people=inquiry.is_of_people)[0]
    for one in found.frame.to_dicts():
        if str(_cell(inquiry, "", one, list(row))) == str(behind(inquiry.name, **row)):
            told = [column for column in found.columns if column.name in row or f"{column.name}_id" in row]
            return ", ".join(_value(column, one[column.name]) for column in told)
    return ""
