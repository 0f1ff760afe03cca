"""How long people wait to hear from us."""

from dataclasses import replace

from analytics.metric import DURATION, Attribution, Class, Credit, Flow, Metric, Unit
from analytics.metrics import hand_rows, message_rows, rows

first_reply_time = Metric(
    name="first_reply_time",
    family="response",
    title="First reply time",
    question="How long until people hear back?",
    definition="From a ticket's creation to the first public reply by an agent that is neither an auto-reply nor the "
    "message that opened the ticket; in whole seconds of wall-clock time.",
    dated="event",
    source=Flow(rows.first_replies, columns=("start", "stop", "seconds")),
    attribution=Attribution.ACTOR,
    credits={Attribution.OWNER: Credit(Flow(rows.owners_first_replies, columns=("start", "stop", "seconds")))},
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

first_human_reply_time = replace(
    first_reply_time,
    name="first_human_reply_time",
    title="First human reply time",
    question="How long until a human answers, once one is wanted?",
    definition="From a ticket's creation, or from the last time before that reply that what a robot had solved was "
    "reopened, to the first public reply by an agent that is neither an auto-reply nor the message that opened the "
    "ticket; in whole seconds of wall-clock time.",
    source=Flow(rows.first_human_replies, columns=("start", "stop", "seconds")),
    credits={Attribution.OWNER: Credit(Flow(rows.owners_first_human_replies, columns=("start", "stop", "seconds")))},
    default=("first_human_reply_time_median", "first_human_reply_time_p90", "first_human_reply_time_n"),
    drill="The tickets first answered in the period, from when a human was wanted, with reply and seconds.",
    pitfall="Without robots it is the first reply time: look at both where there are any.",
)

next_reply_time = Metric(
    name="next_reply_time",
    family="response",
    title="Next reply time",
    question="How long until people hear back again?",
    definition="From a customer's oldest unanswered public message to the next public reply by an agent, of all "
    "replies but a ticket's first; in whole seconds of wall-clock time.",
    dated="event",
    source=Flow(message_rows.next_replies, columns=("start", "stop", "seconds")),
    attribution=Attribution.ACTOR,
    credits={Attribution.OWNER: Credit(Flow(message_rows.owners_next_replies, columns=("start", "stop", "seconds")))},
    statistics=DURATION,
    default=("next_reply_time_median", "next_reply_time_p90", "next_reply_time_n"),
    population="Answered turns of tickets but those that are spam or deleted; imported ones if their history is "
    "complete.",
    complete_only=True,
    edges="Each turn by itself (RC): several messages in a row count once, from the first. A turn that ends with a "
    "solve and no reply is void. Credited to who replied (AA).",
    dimension_notes={"agent": "who replied", "channel": "of the reply"},
    aggregation=Class.DISTRIBUTION,
    unit=Unit.SECONDS,
    good="down",
    min_n=5,
    drill="The replies, with the instant from which the customer waited, and seconds.",
    pitfall="Who still waits is not in it.",
)

first_assignment_time = Metric(
    name="first_assignment_time",
    family="response",
    title="Time to first assignment",
    question="How long until somebody takes it?",
    definition="From a ticket's creation to its first owner; in whole seconds of wall-clock time.",
    dated="event",
    source=Flow(hand_rows.first_owners, columns=("start", "stop", "seconds")),
    statistics=DURATION,
    default=("first_assignment_time_median", "first_assignment_time_p90", "first_assignment_time_n"),
    population="Tickets that ever had an owner but those that are spam or deleted; imported ones if their history is "
    "complete.",
    complete_only=True,
    edges="Frozen at the first owner (R1). Who is born with an owner took no time.",
    dimension_notes={"agent": "the first owner"},
    aggregation=Class.DISTRIBUTION,
    unit=Unit.SECONDS,
    good="down",
    min_n=5,
    drill="The tickets, with creation, first assignment and seconds.",
    pitfall="Automatic assignment makes it zero and helps nobody.",
)

assigned_to_first_reply = Metric(
    name="assigned_to_first_reply",
    family="response",
    title="From assignment to reply",
    question="How long does an owner take to answer?",
    definition="From the instant at which somebody came to own a ticket to their own first public reply while they "
    "did; in whole seconds of wall-clock time.",
    dated="event",
    source=Flow(hand_rows.owners_replies, columns=("start", "stop", "seconds")),
    statistics=DURATION,
    default=("assigned_to_first_reply_median", "assigned_to_first_reply_p90", "assigned_to_first_reply_n"),
    population="Times of ownership with a reply, of tickets but those that are spam or deleted; imported ones if their "
    "history is complete.",
    complete_only=True,
    edges="Each owner and each time of theirs by itself. Values are those of the assignment.",
    dimension_notes={"agent": "the owner, who replied"},
    aggregation=Class.DISTRIBUTION,
    unit=Unit.SECONDS,
    good="down",
    min_n=5,
    drill="The times of ownership, with assignment, reply and seconds.",
    pitfall="Owners who never replied are not in it.",
)
