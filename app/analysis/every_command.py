"""`clearqueue analysis NAME`: whatever `/api/v1/analysis/NAME` answers, at the command line, by the same declarations.

A name is a path of the API below `analysis`, its options are the fields of what that route may be asked, and the answer
is the route's own: an analysis that is added there is here. The operator sees everything.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args, get_origin

import orjson
import polars as pl
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from rich.table import Table

from app.analysis import (
    attendance_routes,
    comparison_routes,
    customer_routes,
    flow_routes,
    forecast_routes,
    simulation_routes,
    staffing_routes,
    survival_routes,
    trust_routes,
)
from app.db import Database
from app.desk import Desk
from app.identity.doorkeeper import Visitor
from app.numbers.command import MOST_LINES, written
from app.numbers.terminal import show
from app.rest import PREFIX
from app.rest.ask import Ask
from core.actor import ALL, Actor, Role
from core.durations import spoken
from core.errors import Invalid, NotFound
from core.settings import Settings

ROUTERS = (
    survival_routes, flow_routes, forecast_routes, staffing_routes, simulation_routes, attendance_routes,
    comparison_routes, trust_routes, customer_routes,
)  # fmt: skip
COMMON = ("since", "until", "where", "as_of", "timezone")
"""Options of the command itself."""
OPERATOR = Actor(None, "Operator", Role.ADMIN, ALL)


@dataclass(frozen=True, slots=True)
class Answering:
    """One analysis: who answers, and what may be asked."""

    endpoint: Callable[..., Any]
    asked: type[BaseModel]

    @property
    def options(self) -> dict[str, str]:
        """What may be chosen, and what it means."""
        return {name: field.description or "" for name, field in self.asked.model_fields.items()}


def _found() -> Iterator[tuple[str, Answering]]:
    for module in ROUTERS:
        for route in module.router.routes:
            if isinstance(route, APIRoute):
                endpoint = getattr(route.endpoint, "__wrapped__", route.endpoint)
                asked = get_args(endpoint.__annotations__["wanted"])[0]
                yield route.path.removeprefix(f"{PREFIX}/analysis/"), Answering(endpoint, asked)


ANSWERING: Mapping[str, Answering] = dict(_found())
"""Every analysis by its name: `survival`, `flow`, `forecast/arrivals`, …"""


def analysis(
    settings: Settings,
    name: str,
    given: Mapping[str, str | Sequence[str] | None],
    chosen: Sequence[str] = (),
    *,
    part: str | None = None,
    form: str = "table",
    out: Path | None = None,
) -> None:
    """Print an analysis, or write its rows into a file; `json` is the whole answer, as the API tells it.

    `chosen` are options as `name=value`, `part` names the list of an answer that has several.
    """
    one = _named(name)
    wanted = _wanted(name, one, {**{key: value for key, value in given.items() if value}, **_chosen(name, one, chosen)})
    database = Database(settings.database_url, statement_seconds=0)
    with closing(Desk(settings, database)) as desk:
        ask = Ask(desk, OPERATOR, Visitor(OPERATOR))
        with database.reading() as ask.session:
            answer: dict[str, Any] = one.endpoint(ask=ask, wanted=wanted).model_dump()
    if form == "json" and out is None and part is None:
        sys.stdout.buffer.write(orjson.dumps(answer) + b"\n")
        sys.stdout.flush()
        return
    lists = {key: value for key, value in answer.items() if isinstance(value, list)}
    beside = {key: value for key, value in answer.items() if key not in lists}
    lists |= _inner(next(iter(lists.values()), []))
    if part is not None and part not in lists:
        raise Invalid(f"{name} has no {part!r}; it has {', '.join(lists) or 'one row'}.")
    shown = part or next(iter(lists), None)
    rows = lists[shown] if shown else [beside]
    if not written(_frame([_flat(row) for row in rows]), form, out):
        frame = _frame([_flat(_for_people(row)) for row in rows])
        _show(name, frame, {} if shown is None else _flat(beside), [key for key in lists if key != shown])


def asked_as(words: Sequence[str]) -> str:
    """How to ask for what `clearqueue analyse` answered."""
    name = next((word for word in words if not word.startswith("-")), "")
    now = {"arrivals": "forecast/arrivals", "drain": "forecast/drain", "staffing": "staffing/live"}.get(name, name)
    if now not in ANSWERING:
        return "`clearqueue analyse` is `clearqueue analysis NAME` now: `clearqueue analysis --help`."
    own = ", ".join(key for key in ANSWERING[now].options if key not in COMMON)
    return (
        f"`clearqueue analyse {name}` is `clearqueue analysis {now}` now. Its own choices ({own}) are written as "
        "--option name=value, and for programs there is --format json."
    )


def _inner(rows: Sequence[Any]) -> dict[str, list[Any]]:
    """The lists of rows within rows, by name: each with what its outer row says in single values."""
    found: dict[str, list[Any]] = {}
    for row in rows:
        lists = {key: value for key, value in row.items() if _is_rows(value)} if isinstance(row, dict) else {}
        around = {key: value for key, value in row.items() if not isinstance(value, list)} if lists else {}
        for key, value in lists.items():
            found.setdefault(key, []).extend(around | one for one in value)
    return found


def _for_people(row: Any) -> Any:
    """A row without the rows within it, which a table on a screen has no room for; but with its quantiles."""
    if not isinstance(row, dict):
        return row
    plain = {key: value for key, value in row.items() if not _is_rows(value)}
    quantiles = {f"{one['share']:.0%}": _quantile(one) for one in row.get("quantiles") or ()}
    return plain | quantiles


def _quantile(one: Mapping[str, Any]) -> str:
    """`25 h (20 h – 31 h)`, or longer than anything that was looked at."""
    seconds, low, high = (
        f"> {spoken(one['longest_seconds'])}" if one[key] is None else spoken(one[key])
        for key in ("seconds", "low_seconds", "high_seconds")
    )
    return seconds if one["seconds"] is None else f"{seconds} ({low} – {high})"


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) and "name" not in one for one in value)


def _frame(rows: Sequence[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(rows, infer_schema_length=None)


def _named(name: str) -> Answering:
    if name not in ANSWERING:
        near = get_close_matches(name, ANSWERING, n=2)
        hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(sorted(ANSWERING))}."
        raise NotFound(f"There is no analysis {name!r}; {hint}")
    return ANSWERING[name]


def _chosen(name: str, one: Answering, chosen: Sequence[str]) -> dict[str, str | list[str]]:
    """Options as they were typed; of those that take several each adds one."""
    found: dict[str, Any] = {}
    for text in chosen:
        key, equals, value = text.partition("=")
        if not equals or key not in one.options:
            raise Invalid(f"{text!r} is no option of {name}; write name=value of {', '.join(one.options)}.")
        if _takes_several(one, key):
            found.setdefault(key, []).append(value)
        else:
            found[key] = value
    return found


def _takes_several(one: Answering, key: str) -> bool:
    return get_origin(one.asked.model_fields[key].annotation) is list


def _wanted(name: str, one: Answering, given: dict[str, Any]) -> BaseModel:
    try:
        return one.asked.model_validate(given)
    except ValidationError as wrong:
        first = wrong.errors()[0]
        key = ".".join(str(step) for step in first["loc"])
        told = f" ({one.options[key]})" if one.options.get(key) else ""
        if first["type"] == "extra_forbidden":
            raise Invalid(f"{name} takes no {key}; it takes {', '.join(one.options)}.") from None
        raise Invalid(f"{key}{told}: {first['msg']}.") from None


def _flat(row: Any, before: str = "") -> dict[str, Any]:
    """A row whose columns are plain: `source_name` of `source: {name}`, a way as its stops, other lists as JSON."""
    if not isinstance(row, dict):
        return {before or "value": row}
    found: dict[str, Any] = {}
    for key, value in row.items():
        column = f"{before}_{key}" if before else key
        if isinstance(value, dict):
            found |= _flat(value, column)
        elif isinstance(value, list):
            found[column] = _way(value)
        else:
            found[column] = str(value) if type(value).__name__ == "UUID" else value
    return found


def _way(value: list[Any]) -> str:
    if value and all(isinstance(one, dict) and "name" in one for one in value):
        return " → ".join(str(one["name"]) for one in value)
    return orjson.dumps(value).decode()


def _show(name: str, frame: pl.DataFrame, beside: Mapping[str, Any], others: Sequence[str]) -> None:
    table = Table(title=name.capitalize(), title_justify="left", caption_justify="left", header_style="bold")
    shown = [column for column in frame.columns if column != "id" and not column.endswith("_id")]
    for column in shown:
        table.add_column(column, justify="right" if frame[column].dtype.is_numeric() else "left")
    for row in frame.head(MOST_LINES).iter_rows(named=True):
        table.add_row(*(_cell(column, row[column]) for column in shown))
    told = [f"{key}: {_cell(key, value)}" for key, value in beside.items()]
    more = [f"{len(frame) - MOST_LINES:,} more rows: --format csv"] if len(frame) > MOST_LINES else []
    lists = [f"Also: {', '.join(others)} (--part)"] if others else []
    table.caption = "\n".join([*told, *more, *lists]) or None
    show(table)


def _cell(column: str, value: Any) -> str:
    if value is None:
        return "–"
    if column.endswith("seconds") and isinstance(value, int | float):
        return spoken(value)
    if column.endswith("_p") and isinstance(value, float) and 0 <= value < 0.001:
        return "< 0.001"
    if isinstance(value, float):
        return f"{value:,.3f}"
    if hasattr(value, "astimezone"):
        return f"{value:%Y-%m-%d %H:%M}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
