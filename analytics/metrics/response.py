"""How long people wait to hear from us."""

from analytics.metric import DURATION, Class, Flow, Metric, Unit
from analytics.metrics import rows

first_reply_time = Metric(
    name="first_reply_time",
    family="response",
    title="First reply time",
    question="How long until people hear back?",
    definition="From a ticket's creation to the first public reply by an agent that is neither an auto-reply nor the "
    "message that opened the ticket; in whole seconds of wall-clock time.",
    dated="event",
    source=Flow(rows.first_replies, columns=("start", "stop", "seconds")),
    statistics=DURATION,
    default=("first_reply_time_median", "first_reply_time_p90", "first_reply_time_n"),
    population="Answered tickets but those that are spam or deleted; imported ones if their history is complete.",
    complete_only=True,
    edges="Frozen at the first reply, whatever happens later (R1); credited to who replied (AA).",
    dimension_notes={"agent": "who replied"},
    aggregation=Class.DISTRIBUTION,
    unit=Unit.SECONDS,
    good="down",
    min_n=5,
    drill="The tickets first answered in the period, with creation, reply and seconds.",
    pitfall="Tickets without a reply yet are not in it: they wait longer than this number says.",
)
