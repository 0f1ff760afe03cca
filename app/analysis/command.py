"""`clearqueue analyse …`: durations, flow, forecasts and staffing at the command line. The operator sees everything."""

import sys
from collections.abc import Iterable, Sequence
from contextlib import closing
from typing import Any

import orjson
import typer
from pydantic import BaseModel
from rich.table import Table

from analytics import flow, forecast, staffing, survival
from analytics.lake import open_reader
from analytics.survival import QUANTILES, Quantile
from analytics.zones import zone_of
from app.analysis.asking import ARGUMENTS
from app.analysis.flow_answers import FlowAnswer
from app.analysis.forecast_routes import ComingAnswer, DrainAnswer
from app.analysis.survival_answers import SurvivalAnswer
from app.numbers.asking import arguments
from app.numbers.terminal import show
from core.durations import spoken
from core.settings import Settings

MOST_LINES = 40


def asked(
    since: str | None, until: str | None, as_of: str | None, where: Sequence[str], timezone: str
) -> dict[str, Any]:
    """The arguments of an analysis, from text."""
    given = arguments(since, until, as_of, where, grain=None, zone=zone_of(timezone))
    return {name: given[name] for name in ARGUMENTS}


def show_survival(settings: Settings, by: Sequence[str], given: dict[str, Any], *, as_json: bool) -> None:
    """Quantiles with their bands, a line for each slice, and whether slices differ."""
    with closing(open_reader(settings)) as lake:
        found = survival.survival(by=by, **given, lake=lake)
    if as_json:
        return _write(SurvivalAnswer.of(found, ()))
    table = _table(
        "Time to first solve, the unsolved included", ["Slice"], ["n", "solved", "25 %", "50 %", "75 %", "90 %"]
    )
    for one in found.slices:
        name = " / ".join(str(value) for key, value in one.values.items() if not key.endswith("_id")) or "all"
        quantiles = [_quantile(one.curve.quantile(share)) for share in QUANTILES]
        table.add_row(name, f"{one.curve.n:,}", f"{one.curve.n_ended:,}", *quantiles)
    test = found.difference
    table.caption = f"Log-rank: χ² {test.statistic:.1f}, {test.degrees} degrees, p = {test.p:.3g}" if test else None
    show(table)
    return None


def show_flow(settings: Settings, activity: str, given: dict[str, Any], *, as_json: bool) -> None:
    """Transitions, the costliest first."""
    with closing(open_reader(settings)) as lake:
        found = flow.process(activity=activity, **given, lake=lake)  # type: ignore[arg-type]
    if as_json:
        return _write(FlowAnswer.of(found))
    table = _table(f"{found.tickets:,} tickets", ["From", "To"], ["times", "tickets", "median before", "in all"])
    for row in found.transitions.head(MOST_LINES).iter_rows(named=True):
        names = (found.names[row["source"]], found.names[row["target"]])
        times = (spoken(row["median_seconds"]), spoken(row["total_seconds"]))
        table.add_row(*names, f"{row['count']:,}", f"{row['tickets']:,}", *times)
    show(table)
    return None


def show_arrivals(settings: Settings, grain: str, weeks: int, given: dict[str, Any], *, as_json: bool) -> None:
    """What will come, and how well that would have been known in the past."""
    present = {name: given[name] for name in ("where", "as_of", "timezone")}
    with closing(open_reader(settings)) as lake:
        found = forecast.arrivals(grain=grain, weeks=weeks, **present, lake=lake)  # type: ignore[arg-type]
    if as_json:
        return _write(ComingAnswer.of(found))
    if found.forecast.reason:
        return typer.echo(found.forecast.reason, err=True)
    table = _table("Tickets to come", [grain.capitalize()], ["expected", "80 % from", "to"])
    for row in found.frame.head(MOST_LINES).iter_rows(named=True):
        table.add_row(
            f"{row['period']:%a %Y-%m-%d %H:%M}", f"{row['mean']:,.1f}", f"{row['p10']:,.0f}", f"{row['p90']:,.0f}"
        )
    test = found.forecast.test
    if test:
        table.caption = (
            f"Missed {test.model.wape:.0%} of what came in {test.origins} weeks of the past; "
            f"repeating the week before missed {test.naive.wape:.0%}"
        )
    show(table)
    return None


def show_drain(settings: Settings, target: float, given: dict[str, Any], *, as_json: bool) -> None:
    """When the backlog is gone."""
    present = {name: given[name] for name in ("where", "as_of", "timezone")}
    with closing(open_reader(settings)) as lake:
        found = forecast.backlog_drain(target=target, **present, lake=lake)
    if as_json:
        return _write(DrainAnswer.of(found))
    return typer.echo(_drain(found))


def show_live_staffing(
    per_hour: float, handle_seconds: float, *, within: float, share: float, patience: float | None, occupancy: float
) -> None:
    """How many agents a live channel needs."""
    load = staffing.Load(per_hour, handle_seconds)
    found = staffing.required(load, share=share, within=within, occupancy=occupancy, patience=patience)
    wait = "without end" if found.wait_seconds is None else f"{found.wait_seconds:.1f} s"
    typer.echo(
        f"{found.agents} agents: {found.within:.1%} answered within {within:.0f} s, mean wait {wait}, "
        f"busy {found.occupancy:.0%} of their time, {found.p_abandon:.1%} give up."
    )


def _drain(found: forecast.Drain) -> str:
    stock = f"{found.backlog:,.0f} tickets"
    if found.state == "reached":
        return f"{stock}: there already."
    if found.state == "unknown":
        return f"{stock}: there are not three whole weeks to say how it moves."
    if found.state == "growing" or found.days is None:
        return f"{stock}, growing by {found.net_per_day:+.1f} a day: it will not come down to {found.target:,.0f}."
    high = f"{found.high_days:.0f}" if found.high_days is not None else "never"
    return f"{stock}: {found.target:,.0f} in {found.days:.0f} days (80 %: {found.low_days:.0f} to {high})."


def _quantile(found: Quantile) -> str:
    if found.seconds is None:
        return f"> {spoken(found.longest)}"
    high = f"> {spoken(found.longest)}" if found.high is None else spoken(found.high)
    return f"{spoken(found.seconds)} ({spoken(found.low)} – {high})"


def _table(title: str, texts: Iterable[str], numbers: Iterable[str]) -> Table:
    table = Table(title=title, title_justify="left", caption_justify="left", header_style="bold")
    for name in texts:
        table.add_column(name)
    for name in numbers:
        table.add_column(name, justify="right")
    return table


def _write(told: BaseModel) -> None:
    sys.stdout.buffer.write(orjson.dumps(told.model_dump(mode="json")) + b"\n")
    sys.stdout.flush()
