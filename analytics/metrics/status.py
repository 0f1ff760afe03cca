"""Where tickets spend their time."""

from dataclasses import replace

from analytics.measure_steps import stands_unsolved
from analytics.metric import DURATION, Class, Flow, Metric, Spent, Statistic, Unit, count
from analytics.metrics import rows

_POPULATION = "All tickets but those that are spam or deleted; imported ones if their history is complete."

status_time = Metric(
    name="status_time",
    family="status",
    title="Time in state",
    question="Where does the time go?",
    definition="Seconds of each finished visit of a ticket to a state of category NEW, OPEN, PENDING or HOLD, from "
    "entering the state to leaving it, in wall-clock time. A ticket that comes back makes another visit.",
    dated="event",
    source=Flow(rows.finished_visits, columns=("start", "stop", "seconds")),
    statistics={
        **{suffix: replace(of, title=f"{of.title} of a visit") for suffix, of in DURATION.items() if suffix != "n"},
        "n": count("Finished visits", Unit.EVENTS),
    },
    default=("status_time_hours", "status_time_n", "status_time_median", "status_time_p90"),
    population=_POPULATION,
    complete_only=True,
    edges="A visit counts when it ends. Moving to another queue, owner or priority does not end it. A visit that "
    "ends in the instant in which it began is none.",
    dimension_notes={
        "state": "the state visited",
        "queue": "as the visit ended",
        "agent": "as the visit ended",
        "priority": "as the visit ended",
    },
    aggregation=Class.DISTRIBUTION,
    unit=Unit.SECONDS,
    good="down",
    min_n=5,
    drill="The finished visits, with start, stop and seconds.",
    pitfall="Visits that still run are not in it; status_time_hours has their time.",
)

status_time_hours = Metric(
    name="status_time_hours",
    family="status",
    title="Hours in state",
    question="Where does the time go?",
    definition="Hours that tickets spent in NEW, OPEN, PENDING or HOLD within the period, finished or not: the "
    "backlog added up over time. Each span counts for the state, queue and owner in force during it.",
    dated="while it passes",
    source=Spent(stands_unsolved),
    statistics={"": Statistic("Hours in state", Unit.HOURS, lambda rows: rows.seconds.sum() / 3600.0, adds=True)},
    population=_POPULATION,
    complete_only=True,
    edges="Spans are cut at the edges of the period, at as_of and now.",
    aggregation=Class.ADDITIVE,
    unit=Unit.HOURS,
    good="down",
    drill="The spans that overlap the period, with the start, stop and seconds that lie inside it.",
    pitfall="Solved and closed time counts for nobody and never ends, so it is not in it.",
)
