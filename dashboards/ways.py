"""How the flow page shows ways: a matrix of steps, stops, variants, what comes back."""

from math import sqrt
from typing import TYPE_CHECKING, Any

import polars as pl
from dash import html

from analytics.lake import Lake
from core.actor import Scope
from core.errors import Invalid
from dashboards.asked import Asked
from dashboards.behind import behind
from dashboards.page import Shown
from dashboards.rows import counted, nothing, sentence, shaded, table
from dashboards.words import duration, grouped, percent

if TYPE_CHECKING:
    from analytics.flow import Process

ACTIVITIES = {"state": "state", "category": "category", "queue": "queue", "agent": "person"}
"""What tickets go between, and what one of it is called."""
MOST_STOPS = 14
MOST_VARIANTS = 12
MOST_ROWS = 12
NOBODY = "No ticket was created in this time. Take a longer one, or remove a filter."
NO_STEP = "No ticket went from one {} to another in this time."


def ways_of(asked: Asked) -> str:
    """What tickets go between: states, unless the address says otherwise."""
    activity = asked.of("ways", "state")
    if activity not in ACTIVITIES:
        raise Invalid(f"Tickets do not go between {activity!r}; there are {', '.join(ACTIVITIES)}.")
    return activity


def ask_ways(lake: Lake, asked: Asked, scope: Scope) -> "Process":
    """What the API tells at /api/v1/analysis/flow."""
    from analytics import flow

    return flow.process(activity=ways_of(asked), **asked.cohort, scope=scope, lake=lake)  # type: ignore[arg-type]


def matrix(found: "Process", asked: Asked) -> Shown:
    """From row to column: how many tickets, the darker the more often. Pointing tells how long the stop before took."""
    steps, names = found.transitions, found.names
    frame = _named(steps, names, "source", "target")
    if steps.is_empty():
        return Shown(frame, said=nothing(NO_STEP.format(ACTIVITIES[ways_of(asked)]) if found.tickets else NOBODY))
    stops = _busiest(steps)
    cells = {(row["source"], row["target"]): row for row in steps.iter_rows(named=True)}
    most = max(row["count"] for row in cells.values())
    head = [html.Th("From \\ to", scope="col"), *(html.Th(_name(one, names), scope="col") for one in stops)]
    body = [
        html.Tr([
            html.Th(_name(source, names), scope="row"),
            *(_cell(cells.get((source, target)), most, asked) for target in stops),
        ])
        for source in stops
    ]  # fmt: skip
    costly = next((row for row in steps.iter_rows(named=True) if row["target"] not in _ends(steps)), None)
    told = _costly(costly, names) if costly else ""
    left = len({*steps["source"], *steps["target"]}) - len(stops)
    more = f"The {len(stops)} busiest are shown, {left} others are in the file." if left else ""
    grid = html.Table([html.Thead(html.Tr(head)), html.Tbody(body)], className="heat")
    return Shown(frame, said=sentence(told, more), table=grid)


def stops(found: "Process", asked: Asked) -> Shown:
    """How long each stop takes, visits that go on included; where the most time goes comes first, ends left out."""
    frame = _named(found.sojourn, found.names, "activity")
    if found.sojourn.is_empty():
        return Shown(frame, said=nothing(NOBODY))
    ends = _ends(found.transitions) if ways_of(asked) in ("state", "category") else set()
    passed = found.sojourn.filter(~pl.col("activity").is_in([*ends]))
    whole = max(int(passed["total_seconds"].sum()), 1)
    there = dict(found.rework.select("activity", "tickets").iter_rows())
    rows = [
        [_name(row["activity"], found.names),
         counted(there.get(row["activity"], 0), behind("flow", at=row["activity"]), asked),
         _lasts(row["median_seconds"], row["longest_seconds"]), _lasts(row["p90_seconds"], row["longest_seconds"]),
         "ends here" if row["activity"] in ends else _bar(row["total_seconds"] / whole)]
        for row in found.sojourn.head(MOST_ROWS).iter_rows(named=True)
    ]  # fmt: skip
    heads = ["Tickets", "Half within", "Nine in ten", "Of all time"]
    return Shown(frame, table=table([ACTIVITIES[ways_of(asked)].capitalize()], heads, rows))


def variants(found: "Process", asked: Asked) -> Shown:
    """The ways through, the most common first, and how many tickets took none of them."""
    frame = _paths(found)
    if found.variants.is_empty():
        return Shown(frame, said=nothing(NOBODY))
    shown = found.variants.head(MOST_VARIANTS)
    rows = [
        [" → ".join(_name(one, found.names) for one in row["path"]),
         counted(row["tickets"], behind("flow", path=",".join(row["path"])), asked),
         _bar(row["share"]), "" if row["median_seconds"] is None else duration(row["median_seconds"])]
        for row in shown.iter_rows(named=True)
    ]  # fmt: skip
    others, ways = found.tickets - int(shown["tickets"].sum()), len(found.variants) - len(shown)
    more = f"{grouped(others)} more tickets took {grouped(ways)} other ways." if ways else ""
    said = sentence(f"{grouped(found.tickets)} tickets took {grouped(len(found.variants))} ways.")
    return Shown(frame, said=said, table=table(["Way"], ["Tickets", "Share", "Median time"], rows),
                 below=html.P(more, className="quiet"))  # fmt: skip


def rework(found: "Process", asked: Asked) -> Shown:
    """Who comes back, and who is thrown there and straight back."""
    frame = _named(found.rework, found.names, "activity")
    again = found.rework.filter(pl.col("returns") > 0).head(MOST_ROWS)
    if again.is_empty():
        return Shown(frame, said=nothing(f"No ticket came back to a {ACTIVITIES[ways_of(asked)]} it had left."))
    rows = [
        [_name(row["activity"], found.names),
         counted(row["tickets_again"], behind("flow", again=row["activity"]), asked),
         _bar(row["tickets_again"] / max(row["tickets"], 1)), grouped(row["returns"]),
         duration(row["seconds_again"] or 0)]
        for row in again.iter_rows(named=True)
    ]  # fmt: skip
    thrown = [
        [f"{_name(row['source'], found.names)} → {_name(row['target'], found.names)} → back",
         counted(row["tickets"], behind("flow", source=row["source"], target=row["target"], back=1), asked),
         grouped(row["count"])]
        for row in found.ping_pong.head(MOST_ROWS // 2).iter_rows(named=True)
    ]  # fmt: skip
    straight = html.Div(table(["There and straight back"], ["Tickets", "Times"], thrown), className="twin whole")
    return Shown(frame, table=table(["Came back to"], ["Tickets", "Share", "Returns", "Time again"], rows),
                 below=straight if thrown else None)  # fmt: skip


def _costly(step: dict[str, Any], names: Any) -> str:
    spent = f"{duration(step['total_seconds'])} in all, {duration(step['median_seconds'])} at the median"
    return f"Most time passes before {_name(step['source'], names)} → {_name(step['target'], names)}: {spent}. "


def _ends(steps: pl.DataFrame) -> set[str]:
    """Where ways end: nobody waits there, however long tickets stay."""
    return {*steps["target"]} - {*steps["source"]}


def _cell(step: dict[str, Any] | None, most: int, asked: Asked) -> html.Td:
    """The tickets that took a step: what it opens to. Its shade and its title count how often they did."""
    if step is None:
        return html.Td("")
    link = counted(step["tickets"], behind("flow", source=step["source"], target=step["target"]), asked)
    told = f"{grouped(step['count'])} times, after {duration(step['median_seconds'])} at the median"
    return shaded(link, sqrt(step["count"] / most), title=told)


def _busiest(steps: pl.DataFrame) -> list[str]:
    """The activities with the most steps, in the order in which tickets usually meet them."""
    out = steps.group_by(pl.col("source").alias("activity")).agg(out=pl.sum("count"))
    into = steps.group_by(pl.col("target").alias("activity")).agg(into=pl.sum("count"))
    both = out.join(into, on="activity", how="full", coalesce=True).fill_null(0)
    busy = both.with_columns(all=pl.col("out") + pl.col("into")).sort(["all", "activity"], descending=[True, False])
    first = busy.head(MOST_STOPS).with_columns(early=pl.col("out") / pl.col("all"))
    return first.sort(["early", "activity"], descending=[True, False])["activity"].to_list()


def _named(frame: pl.DataFrame, names: Any, *columns: str) -> pl.DataFrame:
    """The frame for a file: names beside ids."""
    told = [pl.col(one).replace_strict(dict(names), default=pl.col(one)).alias(f"{one}_name") for one in columns]
    return frame.with_columns(told) if len(frame) else frame


def _paths(found: "Process") -> pl.DataFrame:
    ways = [" → ".join(_name(one, found.names) for one in path) for path in found.variants["path"].to_list()]
    return found.variants.drop("path", "example_id").insert_column(0, pl.Series("path", ways, dtype=pl.String))


def _name(activity: str, names: Any) -> str:
    return str(names.get(activity, activity))


def _lasts(seconds: float | None, longest: float) -> str:
    return f"> {duration(longest)}" if seconds is None else duration(seconds)


def _bar(share: float) -> html.Span:
    """A share in figures, with a bar of that length."""
    return html.Span([html.I(style={"width": f"{min(share, 1):.1%}"}), html.B(percent(share))], className="bar-of")
