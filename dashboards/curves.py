"""How the survival page shows curves: the curve and who is at risk below it, chances by age, quantiles, slices."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import polars as pl
from dash import html

from analytics.lake import Lake
from analytics.measure_dimensions import DIMENSIONS as DIMENSION
from core.actor import Scope
from core.errors import Invalid
from dashboards.asked import DIMENSIONS, Asked
from dashboards.behind import Behind, behind
from dashboards.page import Shown
from dashboards.rows import counted, going, nothing, opening, sentence, shaded, table
from dashboards.theme import BAND, BAND_BESIDE, INK, MARK, MARK_SOFT, layout
from dashboards.words import DAY, duration, grouped, percent, scale

if TYPE_CHECKING:
    from analytics.survival import Curve, Quantile, Slice, Survival, Triangle

MOST_STEPS = 300
MOST_BESIDE = 2
MARKS = (MARK, INK)
"""The first curve and the one beside it; the second is dashed too, for whoever sees no colours."""
MOST_TICKS = 7
COHORT_STEPS = 12
SURE = 0.05
NOBODY = "No ticket was created in this time. Take a longer one, or remove a filter."


def ask_curves(lake: Lake, asked: Asked, scope: Scope) -> "Survival":
    """The curves of the page: what the API tells at /api/v1/analysis/survival."""
    from analytics import survival

    return survival.survival(by=_split(asked) or (), **asked.cohort, scope=scope, lake=lake)


def ask_closure(lake: Lake, asked: Asked, scope: Scope) -> "Triangle":
    """The closure triangle, in weeks; in days for a short time, in months for a long one."""
    from analytics import survival

    grain = "day" if asked.period.days <= 31 else "week" if asked.period.days <= 190 else "month"
    return survival.closure(grain=grain, steps=COHORT_STEPS, **asked.cohort, scope=scope, lake=lake)


def curve(found: "Survival", asked: Asked) -> Shown:
    """One curve with its band, or two beside each other; who is still at risk stands below."""
    shown = beside(found, asked)
    if not shown:
        return Shown(pl.DataFrame(), said=nothing(NOBODY))
    end = _end([one.curve for one in shown])
    size, unit = scale(end)
    traces = [trace for n, one in enumerate(shown) for trace in _traces(one, n, size, asked, end)]
    ticks = _ticks(end)
    figure = {
        "data": traces,
        "layout": layout(
            hovermode="closest", height=320,
            xaxis={"type": "linear", "range": [0, end / size], "ticksuffix": f" {unit}", "showgrid": True},
            yaxis={"ticksuffix": " %", "range": [0, 101]},
        ),
    }  # fmt: skip
    return Shown(_steps(found, asked), _said(found, shown), figure, _at_risk(shown, ticks, asked), _twin(shown, asked))


def within(found: "Survival", asked: Asked) -> Shown:
    """The share solved by each age, with its band; every row opens to those that were."""
    from analytics.survival import WITHIN

    shown, rows, frame = beside(found, asked), [], []
    for seconds in WITHIN:
        cells: list[Any] = []
        for one in shown:
            share = one.curve.reached_by(seconds)
            n = float(one.curve.ended[one.curve.seconds <= seconds].sum())
            told = "–" if share is None else _share(share.value, share.low, share.high)
            cells += [told, counted(n, _of(one, asked, part="solved", age=seconds), asked)]
            frame.append((name_of(one), seconds, share and share.value, share and share.low, share and share.high, n))
        rows.append([duration(seconds), *cells])
    schema = ["slice", "seconds", "share", "low", "high", "solved"]
    heads = [head for one in shown for head in (_headed("Solved by then", one, shown), "Tickets")]
    columns = pl.DataFrame(frame, schema=schema, orient="row")
    if not any(one.curve.n for one in shown):
        return Shown(columns, said=nothing(NOBODY))
    return Shown(columns, table=table(["Within"], heads, rows))


def quantiles(found: "Survival", asked: Asked) -> Shown:
    """By when a quarter, half, three quarters and nine in ten are solved, with bands."""
    from analytics.survival import QUANTILES

    shown, names = beside(found, asked), ("A quarter", "Half", "Three quarters", "Nine in ten")
    rows = [
        [words, *(_quantile(one.curve.quantile(share)) for one in shown)]
        for share, words in zip(QUANTILES, names, strict=True)
    ]
    frame = pl.DataFrame(
        [(name_of(one), q.share, q.seconds, q.low, q.high)
         for one in shown for q in map(one.curve.quantile, QUANTILES)],
        schema=["slice", "share", "seconds", "low", "high"], orient="row",
    )  # fmt: skip
    if not any(one.curve.n for one in shown):
        return Shown(frame, said=nothing(NOBODY))
    naive = _naive(shown[0].curve)
    half = duration(naive) if naive else ""
    gap = f"Of these tickets, the solved alone have a median of {half}: it leaves out who still waits." if half else ""
    heads = [_headed("Are solved within", one, shown) for one in shown]
    return Shown(frame, table=table(["Of the tickets"], heads, rows), below=html.P(gap, className="quiet"))


def slices(found: "Survival", asked: Asked) -> Shown:
    """All slices, the largest first; two of them can be laid beside each other."""
    by = _split(asked)
    rows: list[list[Any]] = []
    frame = pl.DataFrame(
        [(name_of(one), one.curve.n, one.curve.n_ended, one.curve.quantile(0.5).seconds) for one in found.slices],
        schema={"slice": pl.String, "tickets": pl.Int64, "solved": pl.Int64, "median_seconds": pl.Float64},
        orient="row",
    )
    if not by:
        return Shown(frame, said=nothing("Split the tickets above to lay two curves beside each other and test them."))
    chosen = [name_of(one) for one in beside(found, asked)]
    for one in found.slices:
        name, n = name_of(one), counted(one.curve.n, _of(one, asked), asked)
        solved = counted(one.curve.n_ended, _of(one, asked, part="solved", age=one.curve.longest), asked)
        pair = "shown" if name in chosen else _beside_link(name, chosen, asked)
        rows.append([name, n, solved, *(_quantile(one.curve.quantile(share)) for share in (0.5, 0.9)), pair])
    test = found.difference
    said = sentence(_tested(test.p, test.statistic, test.degrees, "The slices")) if test else None
    heads = ["Tickets", "Solved", "Half within", "Nine in ten within", "Curve"]
    return Shown(frame, said=said, table=table([DIMENSION[by].title], heads, rows))


def closure(found: "Triangle", asked: Asked) -> Shown:
    """Cohort by cohort the share solved by each age; what not all have reached yet is hatched, not low."""
    steps = max((len(cohort.solved) for cohort in found.cohorts), default=0)
    unit = {DAY: "day", 7 * DAY: "week"}.get(found.step_seconds, "30 days")
    frame = pl.DataFrame(
        [(cohort.period, cohort.created, cohort.left, *_padded(cohort.shares, steps)) for cohort in found.cohorts],
        schema=["period", "created", "left", *(f"step_{n + 1}" for n in range(steps))], orient="row",
    )  # fmt: skip
    if not steps:
        return Shown(frame, said=nothing("No cohort is old enough yet for its first step; take a longer time."))
    heads = [html.Th("Created", scope="col"), html.Th("Tickets", scope="col", className="number")]
    heads += [html.Th(f"{n + 1}", scope="col", className="number") for n in range(steps)]
    body = [
        html.Tr([
            html.Th(f"{cohort.period.day} {cohort.period:%b %Y}", scope="row"),
            html.Td(grouped(cohort.created), className="number"),
            *(shaded("" if share is None else percent(share), share) for share in _padded(cohort.shares, steps)),
        ])
        for cohort in reversed(found.cohorts)
    ]  # fmt: skip
    said = sentence(f"Of the tickets created in each {'month' if unit == '30 days' else unit}, "
                    f"the share solved before each {unit} of age.")  # fmt: skip
    return Shown(frame, said=said, table=html.Table([html.Thead(html.Tr(heads)), html.Tbody(body)], className="heat"))


def beside(found: "Survival", asked: Asked) -> "list[Slice]":
    """What is drawn: the only curve, the two slices asked for, or the two largest."""
    filled = [one for one in found.slices if one.curve.n]
    wanted = asked.all_of("slice")
    picked = [one for name in wanted for one in filled if name_of(one) == name]
    return (picked + [one for one in filled if one not in picked])[:MOST_BESIDE] if _split(asked) else filled[:1]


def name_of(one: "Slice") -> str:
    """What people call a slice."""
    return " / ".join(str(value) for key, value in one.values.items() if not key.endswith("_id"))


def _split(asked: Asked) -> str:
    by = asked.of("by")
    if by and by not in DIMENSIONS:
        raise Invalid(f"Curves are not split by {by!r}; there are {', '.join(DIMENSIONS)}.")
    return by


def _of(one: "Slice", asked: Asked, **given: Any) -> Behind:
    return behind("survival", by=_split(asked), value=name_of(one), **given)


def _traces(one: "Slice", n: int, size: int, asked: Asked, end: float) -> list[dict[str, Any]]:
    """The band as two lines with the space between them filled, and the curve."""
    places = [place for place in one.curve.thinned(MOST_STEPS) if one.curve.seconds[place] <= end]
    low, high = one.curve.band
    x = [0.0, *(one.curve.seconds[places] / size).tolist()]
    lines = [[100.0, *(100 * line[places]).tolist()] for line in (low, high, one.curve.survival)]
    ages = [0.0, *one.curve.seconds[places].tolist()]
    edge = {"type": "scatter", "mode": "lines", "x": x, "hoverinfo": "skip", "showlegend": False,
            "line": {"width": 0, "shape": "hv", "color": MARK_SOFT}}  # fmt: skip
    name = name_of(one) or "Not solved"
    return [
        {**edge, "y": lines[0]},
        {**edge, "y": lines[1], "fill": "tonexty", "fillcolor": BAND_BESIDE if n else BAND},
        {
            "type": "scatter", "mode": "lines", "x": x, "y": lines[2], "name": name,
            "line": {"width": 2, "shape": "hv", "color": MARKS[n], "dash": "dot" if n else "solid"},
            "customdata": [str(_of(one, asked, part="at_risk", age=f"{age:.0f}")) for age in ages],
            "text": [
                f"after {duration(age)} {share:.1f} % are not solved ({bottom:.1f} – {top:.1f})"
                for age, bottom, top, share in zip(ages, *lines, strict=True)
            ],
            "hovertemplate": "%{text}<extra>" + (name if n or _split(asked) else "") + "</extra>",
        },
    ]  # fmt: skip


def _said(found: "Survival", shown: "Sequence[Slice]") -> Any:
    """The finding in one sentence: half of all, or whether two slices differ."""
    from analytics.survival import log_rank

    first = shown[0]
    half, still = first.curve.quantile(0.5), first.curve.n - first.curve.n_ended
    of = f"{name_of(first)}: " if name_of(first) else ""
    told = f"{of}half are solved within {_quantile(half)}" if half.seconds is not None else f"{of}half are not solved"
    told += "" if half.seconds is not None else f" within {duration(half.longest)}, the longest that any was seen"
    parts = [told[:1].upper() + told[1:] + f". {grouped(first.curve.n)} tickets, {grouped(still)} of them unsolved. "]
    if len(shown) == MOST_BESIDE:
        test = log_rank([one.curve for one in shown])
        pair = f"{name_of(shown[0])} and {name_of(shown[1])}"
        parts.append(_tested(test.p, test.statistic, test.degrees, pair) if test else "")
    return sentence(*parts)


def _tested(p: float, statistic: float, degrees: int, who: str) -> str:
    chance = "p < 0.001" if p < 0.001 else f"p = {p:.3f}"
    verdict = "differ by more than chance" if p < SURE else "do not differ by more than chance would make them"
    return f"{who} {verdict} (log-rank χ² {statistic:.1f}, {degrees} d.f., {chance})."


def _at_risk(shown: "Sequence[Slice]", ticks: Sequence[float], asked: Asked) -> Any:
    """How many are still at risk at the ages on the axis."""
    rows = [
        [name_of(one) or "At risk",
         *(counted(n, _of(one, asked, part="at_risk", age=f"{tick:.0f}"), asked)
           for tick, n in zip(ticks, one.curve.standing(list(ticks)), strict=True))]
        for one in shown
    ]  # fmt: skip
    return html.Div(table(["Not solved after"], [duration(tick) if tick else "0" for tick in ticks], rows),
                    className="scroll at-risk")  # fmt: skip


def _twin(shown: "Sequence[Slice]", asked: Asked) -> Any:
    rows = [
        [name_of(one) or "All", duration(one.curve.seconds[place]), percent(one.curve.survival[place], 1),
         f"{percent(one.curve.band[0][place], 1)} – {percent(one.curve.band[1][place], 1)}",
         opening(grouped(one.curve.at_risk[place]),
                 _of(one, asked, part="at_risk", age=f"{one.curve.seconds[place]:.0f}"), asked)]
        for one in shown
        for place in one.curve.thinned(40)
    ]  # fmt: skip
    return table(["Curve", "After"], ["Not solved", "95 % band", "At risk"], rows)


def _steps(found: "Survival", asked: Asked) -> pl.DataFrame:
    """The curves as a file."""
    rows = [
        (name_of(one), one.curve.seconds[place], one.curve.survival[place], one.curve.band[0][place],
         one.curve.band[1][place], one.curve.at_risk[place])
        for one in found.slices if one.curve.n
        for place in one.curve.thinned(MOST_STEPS)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=["slice", "seconds", "share", "low", "high", "at_risk"], orient="row")


def _end(curves: "Sequence[Curve]") -> float:
    """How far the axis goes: until nineteen in twenty are solved, or else as far as anything was looked at."""
    ends = [found if (found := one.quantile(0.95).seconds) is not None else one.longest for one in curves]
    return max(*ends, 60.0)


def _ticks(end: float) -> list[float]:
    """Ages on the axis, in round steps."""
    size, _ = scale(end)
    steps = (n * 10**power * size for power in range(-1, 5) for n in (1, 2, 5))
    step = next(one for one in steps if end / one <= MOST_TICKS)
    return [step * n for n in range(int(end / step) + 1)]


def _beside_link(name: str, chosen: Sequence[str], asked: Asked) -> Any:
    first = chosen[0] if chosen else name
    return going("beside", asked, slice=[first, name])


def _quantile(found: "Quantile") -> str:
    """`5.2 h (5.0 h – 5.4 h)`; nothing is extrapolated."""
    if found.seconds is None:
        return f"> {duration(found.longest)}"
    high = f"> {duration(found.longest)}" if found.high is None else duration(found.high)
    low = "0 s" if found.low is None else duration(found.low)
    return f"{duration(found.seconds)} ({low} – {high})"


def _share(value: float, low: float, high: float) -> str:
    return f"{value * 100:.1f} % ({low * 100:.1f} – {high * 100:.1f})"


def _headed(words: str, one: "Slice", shown: "Sequence[Slice]") -> str:
    return f"{name_of(one)}" if len(shown) > 1 else words


def _naive(curve: "Curve") -> float | None:
    """The median of those that are solved."""
    total = float(curve.ended.sum())
    return float(curve.seconds[(curve.ended.cumsum() >= total / 2).argmax()]) if total else None


def _padded(shares: Sequence[float | None], steps: int) -> list[float | None]:
    return [*shares, *[None] * (steps - len(shares))]
