"""What stands at an instant."""

from analytics.measure_tables import is_unsolved
from analytics.metric import Class, Level, Metric, Unit, count
from core.events import Category

backlog = Metric(
    name="backlog",
    family="backlog",
    title="Backlog",
    question="How many tickets are unsolved?",
    definition="The number of tickets in NEW, OPEN, PENDING or HOLD at an instant: the end of each period in a "
    "series, and the end of the time asked for in a total.",
    dated="instant",
    source=Level(lambda span: is_unsolved(span.category)),
    statistics={"": count("Backlog")},
    edges="A merged ticket leaves at the merge. A ticket that is spam or deleted counts nowhere from that moment on.",
    aggregation=Class.SEMI_ADDITIVE,
    unit=Unit.TICKETS,
    good="down",
    drill="The tickets that stand unsolved at that instant, and since when they are in that state, queue and hand.",
    pitfall="Levels of several days must not be added.",
)

queue_depth = Metric(
    name="queue_depth",
    family="backlog",
    title="Queue depth",
    question="How many tickets wait for us?",
    definition="The number of tickets in NEW or OPEN with a public customer message that no agent has answered, at "
    "an instant: the end of each period in a series, and the end of the time asked for in a total.",
    dated="instant",
    source=Level(
        lambda span: ((span.category == Category.NEW) | (span.category == Category.OPEN)) & span.awaiting_reply
    ),
    statistics={"": count("Queue depth")},
    edges="A ticket starts to wait with a customer's public message and stops with an agent's public reply that is "
    "no auto-reply, or with a solve.",
    aggregation=Class.SEMI_ADDITIVE,
    unit=Unit.TICKETS,
    good="down",
    drill="The tickets that wait for us at that instant.",
    pitfall="Open tickets that we already answered are backlog, not queue.",
)
