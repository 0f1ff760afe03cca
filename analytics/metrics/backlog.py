"""What stands at an instant."""

from analytics.measure_steps import is_begun, is_there, is_unowned, stands_unsolved, waits_for_us
from analytics.metric import Class, Level, Metric, Unit, count

backlog = Metric(
    name="backlog",
    family="backlog",
    title="Backlog",
    question="How many tickets are unsolved?",
    definition="The number of tickets in NEW, OPEN, PENDING or HOLD at an instant: the end of each period in a "
    "series, and the end of the time asked for in a total.",
    dated="instant",
    source=Level(stands_unsolved),
    statistics={"": count("Backlog")},
    edges="A merged ticket leaves at the merge. A ticket that is spam or deleted counts nowhere from that moment on.",
    aggregation=Class.SEMI_ADDITIVE,
    unit=Unit.TICKETS,
    good="down",
    drill="The tickets that stand unsolved at that instant, and since when they are in that state, queue and hand.",
    pitfall="Levels of several days must not be added.",
)

wip = Metric(
    name="wip",
    family="backlog",
    title="Work in progress",
    question="How much is begun and not finished?",
    definition="The number of tickets in OPEN, PENDING or HOLD that somebody owns, at an instant: the end of each "
    "period in a series, and the end of the time asked for in a total.",
    dated="instant",
    source=Level(is_begun),
    statistics={"": count("Work in progress")},
    edges="A merged ticket leaves at the merge. A ticket that is spam or deleted counts nowhere from that moment on.",
    aggregation=Class.SEMI_ADDITIVE,
    unit=Unit.TICKETS,
    good="down",
    drill="The tickets that are begun and owned at that instant.",
    pitfall="Levels of several days must not be added.",
)

unassigned_backlog = Metric(
    name="unassigned_backlog",
    family="backlog",
    title="Unassigned",
    question="How much belongs to nobody?",
    definition="The number of unsolved tickets without an owner, at an instant.",
    dated="instant",
    source=Level(is_unowned),
    statistics={"": count("Unassigned")},
    edges="A ticket leaves with its first owner, and comes back when it is taken from them.",
    aggregation=Class.SEMI_ADDITIVE,
    unit=Unit.TICKETS,
    good="down",
    drill="The unsolved tickets without an owner, and since when they are in that state and queue.",
    pitfall="Levels of several days must not be added.",
)

cumulative_flow = Metric(
    name="cumulative_flow",
    family="backlog",
    title="Cumulative flow",
    question="Where does work pile up?",
    definition="The number of tickets that there are, solved and closed ones included, at an instant: by category it "
    "is the stack of the cumulative flow diagram.",
    dated="instant",
    source=Level(is_there),
    statistics={"": count("Tickets")},
    edges="A merged ticket leaves the stack at the merge. A ticket that is spam or deleted counts nowhere.",
    aggregation=Class.SEMI_ADDITIVE,
    unit=Unit.TICKETS,
    good="neither",
    drill="The tickets that there are at that instant.",
    pitfall="Days hide the surges within them: take hours for less than two weeks.",
)

queue_depth = Metric(
    name="queue_depth",
    family="backlog",
    title="Queue depth",
    question="How many tickets wait for us?",
    definition="The number of tickets in NEW or OPEN with a public customer message that no agent has answered, at "
    "an instant: the end of each period in a series, and the end of the time asked for in a total.",
    dated="instant",
    source=Level(waits_for_us),
    statistics={"": count("Queue depth")},
    edges="A ticket starts to wait with a customer's public message and stops with an agent's public reply that is "
    "no auto-reply, or with a solve.",
    aggregation=Class.SEMI_ADDITIVE,
    unit=Unit.TICKETS,
    good="down",
    drill="The tickets that wait for us at that instant.",
    pitfall="Open tickets that we already answered are backlog, not queue.",
)
