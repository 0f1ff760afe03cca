"""How long until it is done."""

from analytics.metric import DURATION, Class, Flow, Metric, Unit
from analytics.metrics import rows

full_resolution_time = Metric(
    name="full_resolution_time",
    family="resolution",
    title="Full resolution time",
    question="How long until a ticket is done for good?",
    definition="From a ticket's creation to the solve that still stands; in whole seconds of wall-clock time.",
    dated="standing solve",
    source=Flow(rows.standing_solves, columns=("start", "stop", "seconds")),
    statistics=DURATION,
    default=("full_resolution_time_median", "full_resolution_time_p90", "full_resolution_time_n"),
    population="Tickets that stand solved but those that are spam or deleted; imported ones if their history is "
    "complete.",
    complete_only=True,
    edges="Withdrawn when the ticket reopens, and restated at its next solve (RL).",
    dimension_notes={"agent": "who owned the ticket when it was solved", "state": "the state it was solved into"},
    aggregation=Class.DISTRIBUTION,
    unit=Unit.SECONDS,
    good="down",
    min_n=5,
    drill="The tickets, with creation, the solve that stands and seconds.",
    pitfall="Only solved tickets are in it, so a young month looks fast.",
)
