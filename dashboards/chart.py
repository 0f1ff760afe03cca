"""From an answer's frame to a figure. Every mark carries the cell that it drills to; no mark moves by itself."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import polars as pl

from analytics import catalogue
from analytics.metric import Unit
from core import clock
from dashboards.asked import Asked
from dashboards.cell import Cell
from dashboards.page import Figure
from dashboards.theme import INK, MARGIN, MARK, MARK_SOFT, REFERENCE, layout
from dashboards.words import MINUS, duration, grouped, number, scale

PERIOD = "period"
HOUR = 3_600
MOST_BARS = 12
BAR_PIXELS = 28


def paired(frame: pl.DataFrame, asked: Asked, *, up: str, down: str, net: str) -> Figure:
    """What comes in above the line, what goes out below it, and the net as a line.

    The step that is still running is paler and has no net yet: half a day is no downturn.
    """
    x = starts(frame)
    ups, downs, nets = (frame[name].to_list() for name in (up, down, net))
    running = _is_running(x, asked)
    so_far = [None if is_now else value for value, is_now in zip(nets, running, strict=True)]
    top = max([*ups, *downs, 1])
    return {
        "data": [
            _bars(x, ups, ups, [MARK_SOFT if is_now else MARK for is_now in running], up),
            _bars(x, [-value for value in downs], downs, [REFERENCE] * len(x), down),
            {
                "type": "scatter", "mode": "lines", "x": x, "y": so_far, "line": {"color": INK, "width": 1.5},
                "customdata": cells(net, x), "name": title(net), "text": [_signed(value) for value in nets],
                "hovertemplate": "%{text}",
            },
        ],
        "layout": layout(barmode="overlay", xaxis=_time_axis(asked), yaxis=_both_ways(top)),
    }  # fmt: skip


def stepped(frame: pl.DataFrame, asked: Asked, *, column: str) -> Figure:
    """A level: it holds until it changes. Each point is the level at the end of its step."""
    x = starts(frame)
    now = _now(asked)
    ends = [min(asked.period.after(start), now) for start in x]
    values = frame[column].to_list()
    return {
        "data": [
            {
                "type": "scatter", "mode": "lines", "x": ends, "y": values, "name": title(column),
                "line": {"color": MARK, "width": 2, "shape": "hv"}, "customdata": cells(column, x),
                "text": [grouped(value) for value in values], "hovertemplate": "%{text}",
            },
            _last_point(ends, values, cells(column, x)),
        ],
        "layout": layout(xaxis=_time_axis(asked), margin={**MARGIN, "r": 36}),
    }  # fmt: skip


def ranked(frame: pl.DataFrame, asked: Asked, *, column: str, by: str, colour: str = MARK) -> Figure:
    """Slices, the largest first, with names and numbers beside the bars."""
    rows = frame.filter(pl.col(column) > 0).sort(column, by, descending=[True, False]).head(MOST_BARS)
    names, values = rows[by].to_list(), rows[column].to_list()
    return {
        "data": [
            {
                "type": "bar", "orientation": "h", "y": names, "x": values, "marker": {"color": colour},
                "text": [grouped(value) for value in values], "textposition": "outside", "cliponaxis": False,
                "textfont": {"color": "--ink-2"}, "hovertemplate": "%{y}: %{text}<extra></extra>",
                "customdata": [str(Cell(column, None, by, name)) for name in names],
            }
        ],
        "layout": layout(
            height=24 + BAR_PIXELS * max(len(names), 1), hovermode="closest",
            margin={"l": 8, "r": 36, "t": 4, "b": 4},
            xaxis={"visible": False, "rangemode": "tozero"},
            yaxis=downwards(names),
        ),
    }  # fmt: skip


def durations(frame: pl.DataFrame, asked: Asked, *, median: str, p90: str, n: str) -> Figure:
    """Medians as a line, nine in ten above it on request. A step with few durations is hollow, one with none a gap."""
    count = frame[n].to_list()
    few = catalogue.COLUMNS[median][0].min_n
    shown = [median, *([p90] if asked.has_p90 else [])]
    size, unit = scale(max([value for name in shown for value in frame[name].drop_nulls()], default=HOUR))
    fill = [MARK if number >= few else "--paper" for number in count]
    data = [_line(frame, p90, REFERENCE, size, dash="dot")] if asked.has_p90 else []
    line = _line(frame, median, MARK, size)
    line["marker"] = {"size": 6, "color": fill, "line": {"color": MARK, "width": 1.5}}
    line["mode"] = "lines+markers"
    line["text"] = [f"{text}, n {number}" for text, number in zip(line["text"], count, strict=True)]
    return {
        "data": [*data, line],
        "layout": layout(xaxis=_time_axis(asked), yaxis={"ticksuffix": f" {unit}"}),
    }


def shares(frame: pl.DataFrame, asked: Asked, *, share: str, n: str) -> Figure:
    """A share as a line from nothing to all. A step that rests on little is hollow, one that rests on nothing a gap."""
    x, values, count = starts(frame), frame[share].to_list(), frame[n].to_list()
    few = catalogue.COLUMNS[share][0].min_n
    fill = [MARK if number >= few else "--paper" for number in count]
    told = [f"{number(value, Unit.SHARE)}, n {grouped(of)}" for value, of in zip(values, count, strict=True)]
    return {
        "data": [
            {
                "type": "scatter", "mode": "lines+markers", "x": x, "name": title(share), "connectgaps": False,
                "y": [None if value is None else value * 100 for value in values],
                "line": {"color": MARK, "width": 2}, "customdata": cells(share, x), "text": told,
                "marker": {"size": 6, "color": fill, "line": {"color": MARK, "width": 1.5}},
                "hovertemplate": "%{text}",
            }
        ],
        "layout": layout(xaxis=_time_axis(asked), yaxis={"ticksuffix": " %", "range": [0, 102]}),
    }  # fmt: skip


def bars(frame: pl.DataFrame, asked: Asked, *, column: str, colour: str = MARK) -> Figure:
    """How many in each step."""
    x, values = starts(frame), frame[column].to_list()
    return {
        "data": [_bars(x, values, values, [colour] * len(x), column)],
        "layout": layout(xaxis=_time_axis(asked), yaxis={"range": [0, max([*values, 4]) * 1.1]}),
    }


def downwards(names: Sequence[str]) -> dict[str, Any]:
    """The axis of horizontal bars: the first on top."""
    return {"autorange": "reversed", "ticklabelstandoff": 6, "nticks": len(names) + 1, "showgrid": False}


def starts(frame: pl.DataFrame) -> list[datetime]:
    """The steps' starts in the reader's own time, naive as Plotly draws them."""
    return frame[PERIOD].dt.replace_time_zone(None).to_list()


def cells(column: str, steps: Sequence[datetime]) -> list[str]:
    """The cell behind each mark of a series."""
    return [str(Cell(column, start)) for start in steps]


def title(column: str) -> str:
    """What the catalogue calls a number."""
    metric, statistic = catalogue.statistic(column)
    return statistic.title if len(metric.statistics) > 1 else metric.title


def _bars(x: list[datetime], y: list[Any], shown: list[Any], colours: list[str], column: str) -> dict[str, Any]:
    return {
        "type": "bar", "x": x, "y": y, "marker": {"color": colours}, "customdata": cells(column, x),
        "name": title(column), "text": [grouped(value) for value in shown], "textposition": "none",
        "hovertemplate": "%{text}",
    }  # fmt: skip


def _line(frame: pl.DataFrame, column: str, colour: str, size: int, dash: str = "solid") -> dict[str, Any]:
    x, values = starts(frame), frame[column].to_list()
    return {
        "type": "scatter", "mode": "lines", "x": x, "y": [None if value is None else value / size for value in values],
        "name": title(column), "line": {"color": colour, "width": 2, "dash": dash}, "connectgaps": False,
        "customdata": cells(column, x), "hovertemplate": "%{text}",
        "text": ["–" if value is None else duration(value) for value in values],
    }  # fmt: skip


def _last_point(x: list[datetime], y: list[Any], custom: list[str]) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "markers+text", "x": x[-1:], "y": y[-1:], "customdata": custom[-1:],
        "marker": {"color": MARK, "size": 7}, "text": [grouped(value) for value in y[-1:]],
        "textposition": "middle right", "textfont": {"color": "--ink-2"}, "hoverinfo": "skip", "cliponaxis": False,
    }  # fmt: skip


def _time_axis(asked: Asked) -> dict[str, Any]:
    formats = {"hour": "%a %d %b %H:%M", "day": "%a %d %b %Y", "month": "%b %Y", "quarter": "%b %Y", "year": "%Y"}
    ticks = {"hour": "%H:%M", "month": "%b %Y", "quarter": "%b %Y", "year": "%Y"}.get(asked.period.grain, "%-d %b")
    hover = formats.get(asked.period.grain, f"{asked.period.step.capitalize()} of %d %b %Y")
    return {"type": "date", "hoverformat": hover, "tickformat": ticks}


def _both_ways(top: float) -> dict[str, Any]:
    """Ticks that count up in both directions: what goes out is no negative number of tickets."""
    step = next(nice * 10**power for power in range(9) for nice in (1, 2, 5) if nice * 10**power * 3 >= top)
    ticks = [step * n for n in range(-3, 4) if abs(step * n) <= top * 1.15]
    return {"tickvals": ticks, "ticktext": [grouped(abs(tick)) for tick in ticks], "zeroline": True,
            "zerolinecolor": "--line-strong", "zerolinewidth": 1, "rangemode": "normal"}  # fmt: skip


def _is_running(x: Sequence[datetime], asked: Asked) -> list[bool]:
    now = _now(asked)
    return [start <= now < asked.period.after(start) for start in x]


def _now(asked: Asked) -> datetime:
    return (asked.as_of or clock.now()).astimezone(asked.period.zone).replace(tzinfo=None)


def _signed(value: float) -> str:
    return f"+{grouped(value)}" if value > 0 else grouped(value).replace("-", MINUS)
