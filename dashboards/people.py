"""The staffing calculators: Erlang for what is answered at once, a simulation for tickets; fields of the address."""

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from dash import html

from analytics.lake import Lake
from core.actor import Scope
from dashboards.ahead import number_of
from dashboards.asked import Asked
from dashboards.page import Field, Shown
from dashboards.rows import nothing, sentence, table
from dashboards.words import duration, grouped, percent

if TYPE_CHECKING:
    from analytics.staffing import Outcome, Service, Staffing

AROUND = (-2, -1, 0, 1, 2)
"""Agents around the fewest that suffice: what one more or less does."""
RUNS = 50
CONFIDENCE = 0.8


LIVE = (
    Field("per_hour", "Contacts an hour", "60"),
    Field("handle_seconds", "Seconds that one takes", "300"),
    Field("answer_share", "Answered, %", "80"),
    Field("answer_within", "within seconds", "20"),
    Field("patience", "Give up after s, 0: never", "0"),
    Field("shrinkage", "Paid time not at work, %", "0"),
)
TICKETS = (
    Field("shifts", "Shifts", "", "text", "mon-fri 09:00-17:00 = 4; sat 10:00-14:00 = 2"),
    Field("handle_minutes", "Minutes that a ticket takes", "12"),
    Field("done_share", "Done, %", "90"),
    Field("done_within", "within hours of work", "8"),
    Field("sim_weeks", "Weeks to live through", "2"),
)


def ask_live(lake: Lake, asked: Asked, scope: Scope) -> "list[Service]":
    """The fewest agents who keep the promise, and what a few less or more would do; it reads no ticket."""
    from analytics import staffing

    load = staffing.Load(
        number_of(asked, "per_hour", 60, 0.01, 1e6), number_of(asked, "handle_seconds", 300, 1, 86_400)
    )
    within = number_of(asked, "answer_within", 20, 0, 86_400)
    patience = number_of(asked, "patience", 0, 0, 86_400) or None
    share = number_of(asked, "answer_share", 80, 1, 99.9) / 100
    fewest = staffing.required(load, share=share, within=within, patience=patience)
    numbers = [fewest.agents + more for more in AROUND if fewest.agents + more > 0]
    return [
        staffing.erlang_a(load, n, within, patience) if patience else staffing.erlang_c(load, n, within)
        for n in numbers
    ]


def live(found: "list[Service]", asked: Asked) -> Shown:
    """So many agents at once, and what each one more or less does."""
    from analytics import staffing
    from analytics.staffing.required import USUAL_OCCUPANCY

    within = number_of(asked, "answer_within", 20, 0, 86_400)
    share = number_of(asked, "answer_share", 80, 1, 99.9) / 100
    patience = number_of(asked, "patience", 0, 0, 86_400)
    shrinkage = number_of(asked, "shrinkage", 0, 0, 99) / 100
    fewest = next(one for one in found if one.within >= share and one.occupancy <= USUAL_OCCUPANCY)
    people = staffing.staffing_gap(fewest.agents, shrinkage=shrinkage, scheduled=0)
    paid = f", {grouped(round(people, 1))} people paid" if shrinkage else ""
    answered = f"{percent(fewest.within)} are answered within {duration(within)}"
    told = f"{grouped(fewest.agents)} agents at a time{paid}: {answered}."
    rows = [
        [grouped(one.agents) + (" ←" if one is fewest else ""), percent(one.within, 1),
         "without end" if one.wait_seconds is None else duration(one.wait_seconds), percent(one.occupancy),
         percent(one.p_abandon, 1) if patience else "–"]
        for one in found
    ]  # fmt: skip
    frame = pl.DataFrame(
        [(one.agents, one.within, one.p_wait, one.wait_seconds, one.occupancy, one.p_abandon) for one in found],
        schema=["agents", "share_within", "p_wait", "wait_seconds", "occupancy", "p_abandon"], orient="row",
    )  # fmt: skip
    model = "Erlang A: people give up." if patience else "Erlang C: people wait for ever, which overstates waits."
    busy = f"{model} Nobody is to be busy for more than {percent(USUAL_OCCUPANCY)} of their time."
    heads = [f"Within {duration(within)}", "Mean wait", "Busy", "Give up"]
    return Shown(frame, said=sentence(told), table=table(["Agents"], heads, rows),
                 below=html.P(busy, className="quiet"))  # fmt: skip


def ask_tickets(lake: Lake, asked: Asked, scope: Scope) -> "Staffing | None":
    """The weeks to come, lived through; None as long as nobody works."""
    from analytics import staffing

    if not asked.of("shifts"):
        return None
    return staffing.staff_tickets(
        shifts=asked.of("shifts"),
        handling=staffing.Handling(60 * number_of(asked, "handle_minutes", 12, 0.5, 1_440)),
        kinds=(staffing.Kind(3_600 * number_of(asked, "done_within", 8, 0.25, 720)),),
        share=number_of(asked, "done_share", 90, 1, 100) / 100,
        confidence=CONFIDENCE,
        weeks=int(number_of(asked, "sim_weeks", 2, 1, 4)),
        runs=RUNS,
        **asked.tickets,
        scope=scope,
        lake=lake,
    )


def tickets(found: "Staffing | None", asked: Asked) -> Shown:
    """Whether these shifts keep the promise, and how many people would."""
    columns = ["who", "p_kept", "attainment", "backlog_at_end", "occupancy"]
    if found is None:
        words = (
            "Say who works when; the weeks to come are then lived through fifty times, the most urgent ticket first."
        )
        return Shown(pl.DataFrame(schema=columns), said=nothing(words))
    share = number_of(asked, "done_share", 90, 1, 100) / 100
    outcomes = [("These shifts", found.outcome)]
    if found.fewest_outcome:
        outcomes.append((f"{grouped(found.fewest or 0)} at all times", found.fewest_outcome))
    frame = pl.DataFrame([(who, *_sums(one, share)) for who, one in outcomes], schema=columns, orient="row")
    kept = found.outcome.p_attained(share)
    verdict = f"These shifts keep {percent(share)} in {percent(kept)} of the runs." + (
        f" {grouped(found.fewest)} people at all times of the shifts would in {percent(CONFIDENCE)} of them."
        if found.fewest else " Not even 512 people at a time would: shifts are too short for the promise."
    )  # fmt: skip
    sums = [_sums(one, share) for _, one in outcomes]
    rows = [
        ["The promise is kept in", *(f"{percent(row[0])} of runs" for row in sums)],
        ["In time, median", *(percent(row[1], 1) for row in sums)],
        ["Waiting at the end, median", *(grouped(round(row[2])) for row in sums)],
        ["Busy", *(percent(row[3]) for row in sums)],
    ]
    more = f"{grouped(round(found.expected))} tickets are to come, {grouped(found.opening)} wait at the start. "
    why = html.P([more, found.reason or ""], className="quiet")
    return Shown(frame, said=sentence(verdict), table=table([""], [who for who, _ in outcomes], rows), below=why)


def _sums(found: "Outcome", share: float) -> tuple[float, float, float, float]:
    return (found.p_attained(share), float(np.median(found.attainment)), float(np.median(found.backlog)),
            float(found.occupancy.mean()))  # fmt: skip
