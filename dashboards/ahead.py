"""How the forecast page looks ahead: arrivals with bands and their back test, the end of the backlog, and people."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
from dash import html

from analytics.lake import Lake
from core.actor import Scope
from core.errors import Invalid
from dashboards.asked import Asked
from dashboards.chart import cells
from dashboards.page import Shown
from dashboards.rows import nothing, sentence, table
from dashboards.theme import BAND, BAND_BESIDE, MARK, MARK_SOFT, REFERENCE, WARN, layout
from dashboards.words import grouped, percent

if TYPE_CHECKING:
    from analytics.forecast import Arrivals, Drain

STEPS = ("day", "hour")
USUAL_WEEKS = 4
LONGEST = 13
MOST_NAMED = 6
SHOWN_WEEKS = 8
"""How much of the past stands before a forecast by day; by hour two weeks."""
BANDS = (("p2_5", "p97_5", BAND_BESIDE), ("p10", "p90", BAND), ("p25", "p75", MARK_SOFT))


def ask_arrivals(lake: Lake, asked: Asked, scope: Scope) -> "Arrivals":
    """What the API tells at /api/v1/analysis/forecast/arrivals."""
    from analytics import forecast

    step = asked.of("step", "day")
    if step not in STEPS:
        raise Invalid(f"Arrivals are not forecast by {step!r}; there are {', '.join(STEPS)}.")
    return forecast.arrivals(grain=step, weeks=weeks_of(asked), **asked.tickets, scope=scope, lake=lake)  # type: ignore[arg-type]


def ask_drain(lake: Lake, asked: Asked, scope: Scope) -> "Drain":
    """What the API tells at /api/v1/analysis/forecast/drain."""
    from analytics import forecast

    return forecast.backlog_drain(target=number_of(asked, "target", 0, 0, 1e9), **asked.tickets, scope=scope, lake=lake)


def weeks_of(asked: Asked) -> int:
    """How far to look ahead."""
    return int(number_of(asked, "weeks", USUAL_WEEKS, 1, LONGEST))


def number_of(asked: Asked, name: str, usual: float, least: float, most: float) -> float:
    """A number in the address. Raises `Invalid` with what would be right."""
    text = asked.of(name, str(usual))
    try:
        number = float(text)
    except ValueError:
        raise Invalid(f"{text!r} is no number: {name} lies between {least:g} and {most:g}.") from None
    if not least <= number <= most:
        raise Invalid(f"{name.replace('_', ' ').capitalize()} lies between {least:g} and {most:g}.")
    return number


def arrivals(found: "Arrivals", asked: Asked) -> Shown:
    """What came, and what will come with its bands; no forecast where repeating last week would have done as well."""
    forecast, step = found.forecast, asked.of("step", "day")
    past = found.history.tail((SHOWN_WEEKS if step == "day" else 2) * 7 * (1 if step == "day" else 24))
    if found.history.is_empty() or not found.history["tickets_created"].sum():
        return Shown(found.frame, said=nothing("No ticket came in the last year: there is nothing to forecast from."))
    x = _local(past["period"].to_list())
    traces = [_came(x, past["tickets_created"].to_list(), step)]
    if forecast.mean is None:
        why = forecast.reason or "There is no forecast."
        told = sentence(html.B("No forecast."), f" {why} What came is shown.")
    else:
        traces += _fan(found.frame)
        told = _coming(found, asked)
    ends = found.frame["period"].to_list() or past["period"].to_list()
    off = {day: name for day, name in found.holidays.items() if past["period"][0].date() <= day <= ends[-1].date()}
    yaxis = {"title": {"text": f"tickets a{'n' * (step == 'hour')} {step}", "font": {"size": 12}}}
    figure = {
        "data": [*traces, *([_named(off, step)] if off else [])],
        "layout": layout(
            height=320, hovermode="x", xaxis={"type": "date", "tickformat": "%-d %b"}, yaxis=yaxis,
            shapes=[_column(day, step) for day in off],
        ),
    }  # fmt: skip
    return Shown(found.frame, said=[told, *_days_off(found)], figure=figure, table=_listed(found, step))


def back_test(found: "Arrivals", asked: Asked) -> Shown:
    """The forecast made again for weeks of the past, beside the plain repeat of the week before."""
    test = found.forecast.test
    schema = ["who", "wape", "mase", "pinball", "coverage_80"]
    if test is None:
        words = found.forecast.reason or "There is too little history to test a forecast on."
        return Shown(pl.DataFrame(schema=schema), said=nothing(words))
    scores = (("Forecast", test.model), ("Last week again", test.naive))
    frame = pl.DataFrame(
        [(who, one.wape, one.mase, one.pinball, one.coverage) for who, one in scores], schema=schema, orient="row"
    )
    rows = [
        ["Missed, of all that came", *(percent(one.wape, 1) for _, one in scores)],
        ["Loss of its quantiles", *(f"{one.pinball:.2f}" for _, one in scores)],
        ["Miss by last week’s (MASE)", *(f"{one.mase:.2f}" for _, one in scores)],
        ["80 % band held", *("–" if one.coverage is None else percent(one.coverage) for _, one in scores)],
    ]
    verdict = "The forecast wins, so it is shown." if test.wins else "The forecast does not win, so it is not shown."
    told = f"{verdict} Tested on {test.origins} weeks of the past, {grouped(test.periods)} periods in all."
    return Shown(frame, said=sentence(told), table=table(["Error"], [who for who, _ in scores], rows))


def drain(found: "Drain", asked: Asked) -> Shown:
    """When the backlog is down, if things go on as in the last eight weeks."""
    frame = pl.DataFrame({
        "state": [found.state], "backlog": [found.backlog], "target": [found.target],
        "net_per_day": [found.net_per_day], "days": [found.days], "low_days": [found.low_days],
        "high_days": [found.high_days],
    })  # fmt: skip
    target = grouped(found.target)
    net = "" if found.net_per_day is None else f"{found.net_per_day:+.1f} a day over the last weeks"
    match found.state:
        case "reached":
            told = f"{grouped(found.backlog)} tickets: that is {target} or less already."
        case "unknown":
            told = "There are not three whole weeks yet to say how the backlog moves."
        case "growing":
            told = f"{grouped(found.backlog)} tickets and growing: it will not come down to {target} by itself."
        case _:
            told = f"{grouped(found.backlog)} tickets: down to {target} in {_days(found.days)}."
    rows = [
        ["Net flow", net or "–"],
        ["80 % sure: not before", _days(found.low_days) if found.state == "draining" else "–"],
        ["80 % sure: not after", _days(found.high_days, "maybe never") if found.state == "draining" else "–"],
    ]
    return Shown(frame, said=sentence(told), table=table(["If things go on"], [""], rows))


def _coming(found: "Arrivals", asked: Asked) -> html.P:
    """What the next week brings; sums of quantiles are nobody's quantiles, so only the mean is added up."""
    frame, weeks = found.frame, weeks_of(asked)
    ahead = "week" if weeks == 1 else f"{weeks} weeks"
    whole = f"{grouped(round(frame['mean'].sum()))} tickets are expected in the next {ahead}"
    busiest = frame.row(int(frame["mean"].arg_max() or 0), named=True)
    period: datetime = busiest["period"]
    name = f"{period:%A} {period.day} {period:%b}" + (f", {period:%H:%M}" if asked.of("step") == "hour" else "")
    low, high = grouped(busiest["p10"]), grouped(busiest["p90"])
    return sentence(f"{whole}; the most on {name}: {busiest['mean']:.0f} (80 % sure: {low} to {high}).")


def _came(x: list[datetime], y: list[int], step: str) -> dict[str, Any]:
    """What came opens to its tickets in the steps of the page, so only where these are the same."""
    return {
        "type": "scatter", "mode": "lines", "x": x, "y": y, "name": "Came", "line": {"color": REFERENCE, "width": 1.5},
        "customdata": cells("tickets_created", x) if step == "day" else [""] * len(x),
        "text": [f"{grouped(value)} came" for value in y], "hovertemplate": "%{text}<extra></extra>",
    }  # fmt: skip


def _column(day: date, step: str) -> dict[str, Any]:
    """A day off as a shade behind what came and will come; in steps of days it stands around the day's point."""
    starts = datetime.combine(day, time()) - timedelta(hours=12 * (step == "day"))
    return {
        "type": "rect", "xref": "x", "yref": "paper", "x0": f"{starts:%Y-%m-%d %H:%M}",
        "x1": f"{starts + timedelta(days=1):%Y-%m-%d %H:%M}", "y0": 0, "y1": 1,
        "fillcolor": "--grid", "line": {"width": 0}, "layer": "below",
    }  # fmt: skip


def _named(off: Mapping[date, str], step: str) -> dict[str, Any]:
    """Their names, read when pointed at: at the foot of each."""
    return {
        "type": "scatter", "mode": "markers", "x": [f"{day} {'00' if step == 'day' else '12'}:00" for day in off],
        "y": [0] * len(off), "marker": {"color": WARN, "size": 7, "symbol": "diamond"}, "name": "Day off",
        "text": [f"{name}: a day off" for name in off.values()], "hovertemplate": "%{text}<extra></extra>",
        "customdata": [""] * len(off), "cliponaxis": False,
    }  # fmt: skip


def _days_off(found: "Arrivals") -> list[html.P]:
    """What days off do, and which are to come."""
    days = {str(day) for day in found.history["period"].dt.date()}
    before = [day for day in found.holidays if str(day) in days]
    ahead = {day: name for day, name in found.holidays.items() if not before or day > max(before)}
    coming = [f"{name} ({day:%a} {day.day} {day:%b})" for day, name in ahead.items()]
    if not before and not coming:
        return []
    factor = found.forecast.holiday_factor
    told = f"On the {len(before)} days off of the past year {percent(factor)} of what is usual came. "
    heed = told if before and found.forecast.mean is not None else ""
    more = f" and {len(coming) - MOST_NAMED} more" if len(coming) > MOST_NAMED else ""
    to_come = f"Ahead: {', '.join(coming[:MOST_NAMED])}{more}." if coming else "None is ahead."
    return [html.P(f"{heed}{to_come}", className="quiet")]


def _fan(frame: pl.DataFrame) -> list[dict[str, Any]]:
    x = _local(frame["period"].to_list())
    edge = {"type": "scatter", "mode": "lines", "x": x, "hoverinfo": "skip", "line": {"width": 0, "color": BAND}}
    bands = [
        trace
        for low, high, token in BANDS
        for trace in ({**edge, "y": frame[low].to_list()},
                      {**edge, "y": frame[high].to_list(), "fill": "tonexty", "fillcolor": token})
    ]  # fmt: skip
    told = [
        f"{row['mean']:.1f} expected, 80 % sure: {row['p10']:.0f} to {row['p90']:.0f}"
        for row in frame.iter_rows(named=True)
    ]
    line = {
        "type": "scatter", "mode": "lines", "x": x, "y": frame["mean"].to_list(), "name": "Expected",
        "line": {"color": MARK, "width": 2}, "text": told, "hovertemplate": "%{text}<extra></extra>",
        "customdata": [""] * len(x),
    }  # fmt: skip
    return [*bands, line]


def _listed(found: "Arrivals", step: str) -> html.Table:
    form = "%a %d %b %Y" if step == "day" else "%a %d %b %H:%M"
    rows = [
        [f"{row['period']:{form}}", f"{row['mean']:.1f}", f"{row['p25']:.0f} – {row['p75']:.0f}",
         f"{row['p10']:.0f} – {row['p90']:.0f}", f"{row['p2_5']:.0f} – {row['p97_5']:.0f}"]
        for row in found.frame.head(400).iter_rows(named=True)
    ]  # fmt: skip
    return table([step.capitalize()], ["Expected", "50 % sure", "80 % sure", "95 % sure"], rows)


def _local(periods: list[datetime]) -> list[datetime]:
    """As Plotly draws them: without a zone."""
    return [period.replace(tzinfo=None) for period in periods]


def _days(days: float | None, otherwise: str = "–") -> str:
    return otherwise if days is None else f"{grouped(max(round(days), 1))} days" if days > 1.5 else "a day"
