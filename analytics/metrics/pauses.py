"""Do clocks stand still while customers wait? METRICS.md 54, in hours as they pass and as a share of all pauses."""

from analytics.metric import Class, Flow, Metric, Spent, Statistic, Unit, count
from analytics.metrics import pause_rows

_POPULATION = "All tickets but those that are spam or deleted."
_CONTESTED = (
    "the customer wrote in the pause, or less than ten minutes before it began, and nobody has answered or taken the "
    "ticket up again since"
)

contested_pause_hours = Metric(
    name="contested_pause_hours",
    family="sla",
    title="Contested pauses",
    question="Do clocks stand still while customers wait for us?",
    definition=f"Hours that tickets spent in PENDING while a customer waited for us: {_CONTESTED}.",
    dated="while it passes",
    source=Spent(spans=pause_rows.contested),
    statistics={"": Statistic("Contested hours", Unit.HOURS, lambda rows: rows.seconds.sum() / 3600.0, adds=True)},
    population=_POPULATION,
    edges="Spans are cut at the edges of the period, at as_of and now.",
    dimension_notes={"agent": "who set the ticket to pending"},
    aggregation=Class.ADDITIVE,
    unit=Unit.HOURS,
    good="down",
    drill="The spans that overlap the period, with the start, stop and seconds that lie inside it.",
    pitfall="It shows habits, not guilt: some answers are not needed.",
)

contested_pause_share = Metric(
    name="contested_pause_share",
    family="sla",
    title="Share of pauses contested",
    question="How much of the time in which our clocks stood still did a customer wait for us?",
    definition="Of the time of all pauses (visits to PENDING) that ended in the period, the share in which "
    f"{_CONTESTED}.",
    dated="event",
    source=Flow(pause_rows.pauses, columns=("start", "stop", "seconds", "contested")),
    statistics={
        "": Statistic(
            "Share", Unit.SHARE, lambda rows: rows.contested.sum().cast("float64") / rows.seconds.sum().nullif(0)
        ),
        "minutes": Statistic(
            "Contested minutes", Unit.MINUTES, lambda rows: rows.contested.sum().cast("float64") / 60.0, adds=True
        ),
        "n": count("Pauses that ended", Unit.EVENTS),
    },
    default=("contested_pause_share", "contested_pause_share_minutes", "contested_pause_share_n"),
    population=_POPULATION,
    edges="A pause counts when it ends, with all of its time; contested_pause_hours has those that still last.",
    dimension_notes={"agent": "who set the ticket to pending", "queue": "as the pause ended"},
    aggregation=Class.RATIO,
    unit=Unit.SHARE,
    good="down",
    min_n=5,
    drill="The pauses that ended in the period, with their seconds and the contested ones among them.",
    pitfall="One long pause outweighs many short ones.",
)
