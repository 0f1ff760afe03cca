"""`clearqueue metric`: any number at the command line."""

import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

import polars as pl
from rich.table import Table

from analytics import catalogue
from analytics.drill import drill
from analytics.fiscal import Fiscal
from analytics.lake import open_reader
from analytics.measure_answer import Answer, ask
from analytics.measure_question import grain_of
from analytics.zones import Grain, Step, zone_of
from app.numbers import render
from app.numbers.asking import arguments
from app.numbers.render import Format
from app.numbers.terminal import show
from core.durations import spoken
from core.errors import Invalid
from core.settings import Settings
from core.spool import spooling

MOST_LINES = 200
"""A table on a screen shows no more; files hold everything."""


def metric(
    settings: Settings,
    names: Sequence[str],
    *,
    by: Sequence[str] = (),
    grain: str | None = None,
    since: str | None = None,
    until: str | None = None,
    where: Sequence[str] = (),
    as_of: str | None = None,
    as_known_at: str | None = None,
    series: str = "recorded",
    small: Literal["hide", "show"] = "hide",
    compare: str | None = None,
    timezone: str = "UTC",
    fiscal_start: str | None = None,
    basis: str | None = None,
    attribution: str | None = None,
    form: str = "table",
    out: Path | None = None,
    tickets: bool = False,
) -> None:
    """Print numbers, or the tickets behind them, as a table for people or as json, csv, parquet, arrow or xlsx.

    The operator at the command line sees everything. Raises `UnknownMetric` and `Invalid` with a sentence.
    """
    wanted = _format(form)
    given = arguments(
        since, until, as_of, where, grain=grain, zone=zone_of(timezone), as_known_at=as_known_at, series=series
    )
    given |= {"fiscal_start": fiscal_start or settings.fiscal_year_starts, "basis": basis, "attribution": attribution}
    with closing(open_reader(settings)) as lake:
        if tickets:
            found = drill(names[0], **given, lake=lake)
            if wanted is None and out is None:
                return _show_tickets(names[0], found.frame, found.total)
            return _write(found.frame, wanted or Format.CSV, out)
        answer = ask(list(names), by=list(by), small=small, compare=compare, **given, lake=lake)
    if wanted is None and out is None:
        return _show(answer, list(by), grain_of(grain, given["fiscal_start"]), timezone)
    return _write(answer.frame, wanted or _by_ending(out), out)


def written(frame: pl.DataFrame, form: str, out: Path | None) -> bool:
    """Whether the rows were wanted as a file, and are written."""
    wanted = _format(form)
    if wanted is None and out is None:
        return False
    _write(frame, wanted or _by_ending(out), out)
    return True


def _format(name: str) -> Format | None:
    """None is a table for people."""
    if name == "table":
        return None
    if name in list(Format):
        return Format(name)
    near = get_close_matches(name, ["table", *Format], n=1)
    hint = f"did you mean {near[0]}?" if near else "there are table, json, csv, parquet, arrow and xlsx."
    raise Invalid(f"There is no format {name!r}; {hint}")


def _by_ending(out: Path | None) -> Format:
    ending = out.suffix.lstrip(".") if out else ""
    return Format(ending) if ending in list(Format) else Format.CSV


def _write(frame: pl.DataFrame, form: Format, out: Path | None) -> None:
    if out is not None:
        try:
            with out.open("wb") as file:
                render.WRITERS[form]([frame], file)
        except OSError as trouble:
            raise Invalid(f"{out} cannot be written: {trouble.strerror}.") from trouble
        return
    if form in (Format.PARQUET, Format.ARROW, Format.XLSX) and sys.stdout.isatty():
        raise Invalid(f"{form} is nothing to read on a screen; name a file with --out.")
    with spooling() as spool:
        render.WRITERS[form]([frame], spool.file)
    sys.stdout.buffer.writelines(spool.chunks())
    sys.stdout.flush()


def _show(answer: Answer, by: Sequence[str], grain: Step | None, timezone: str) -> None:
    asked = dict.fromkeys(catalogue.statistic(column)[0].title for column in answer.columns)
    table = Table(title=", ".join(asked), title_justify="left", caption_justify="left", header_style="bold")
    if grain:
        table.add_column((grain.grain if isinstance(grain, Fiscal) else grain).replace("_", " ").capitalize())
    for name in by:
        table.add_column(name.capitalize())
    numbers = [name for name in answer.frame.columns if name.startswith(answer.columns)]
    for column in numbers:
        table.add_column(column, justify="right")
    for row in answer.frame.head(MOST_LINES).iter_rows(named=True):
        period = [_period(row["period"], grain)] if grain else []
        table.add_row(*period, *(str(row[name]) for name in by), *(spelled(row[c], c) for c in numbers))
    left_out = f"; {len(answer.frame) - MOST_LINES:,} more rows: --format csv" if len(answer.frame) > MOST_LINES else ""
    moment = answer.as_of.astimezone(zone_of(timezone))
    hours = ", in business hours" if answer.basis == "business" else ""
    said = f"As of {moment:%Y-%m-%d %H:%M} {timezone}, event {answer.position:,}{hours}{left_out}"
    table.caption = "\n".join([said, *answer.not_told])
    show(table)


def _show_tickets(name: str, frame: pl.DataFrame, total: int) -> None:
    shown = frame.head(MOST_LINES).select(pl.exclude("^.*_id$"))
    table = Table(title=f"{catalogue.find(name).title}: {total:,} rows", title_justify="left", caption_justify="left")
    for column in shown.columns:
        table.add_column(column.removesuffix("_at"), justify="right" if shown[column].dtype.is_numeric() else "left")
    for row in shown.iter_rows(named=True):
        table.add_row(*(_cell(value, column) for column, value in row.items()))
    table.caption = f"{total - MOST_LINES:,} more: --format csv" if total > MOST_LINES else None
    show(table)


def _cell(value: object, column: str) -> str:
    if column == "seconds":
        return spoken(value if isinstance(value, int) else None)
    return f"{value:%Y-%m-%d %H:%M}" if hasattr(value, "astimezone") else str(value)


def _period(start: datetime, grain: Step) -> str:
    if isinstance(grain, Fiscal):
        return grain.label(start.replace(tzinfo=None))
    month = int(start.strftime("%m"))
    patterns = {
        Grain.HOUR: "%Y-%m-%d %H:%M", Grain.DAY: "%Y-%m-%d %a", Grain.WEEK: "%G-W%V", Grain.MONTH: "%Y-%m",
        Grain.QUARTER: f"%Y-Q{(month + 2) // 3}", Grain.YEAR: "%Y",
    }  # fmt: skip
    return str(start.strftime(patterns[grain]))


def spelled(value: float | None, column: str) -> str:
    """A number as people read it."""
    _, statistic = catalogue.statistic(column.removesuffix("_before").removesuffix("_change"))
    if statistic.unit == "seconds":
        return f"-{spoken(-value)}" if value is not None and value < 0 else spoken(value)
    if value is None:
        return "–"
    if statistic.unit == "share":
        return f"{value:.1%}"
    return f"{value:,.1f}" if isinstance(value, float) else f"{value:,}"
