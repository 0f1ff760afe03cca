"""Who does the work, and through how many hands it goes."""

from dataclasses import replace

from analytics.measure_steps import is_possessed
from analytics.metric import (
    AMOUNT,
    Attribution,
    Class,
    Credit,
    Flow,
    Metric,
    Spent,
    Statistic,
    Unit,
    count,
    counted,
    different,
    share,
)
from analytics.metrics import hand_rows, message_rows, solve_rows
from analytics.metrics.resolution import replies_to_resolution

public_replies = Metric(
    name="public_replies",
    family="hands",
    title="Public replies",
    question="How much do we write to customers?",
    definition="The number of public replies by agents that are neither auto-replies nor the message that opened the "
    "ticket.",
    dated="event",
    source=Flow(message_rows.replies),
    attribution=Attribution.ACTOR,
    credits={Attribution.OWNER: Credit(Flow(message_rows.owners_replies))},
    statistics={"": count("Public replies", Unit.EVENTS)},
    edges="Stays with who wrote it, whatever becomes of the ticket (AA).",
    dimension_notes={"agent": "who replied", "channel": "of the reply"},
    aggregation=Class.ADDITIVE,
    unit=Unit.EVENTS,
    good="neither",
    drill="One row a reply, at its instant.",
    pitfall="Much writing is not much help: see touches_per_solve beside it.",
)

_MADE = ("is_prepared", "made_from", "edited")

macro_reliance = Metric(
    name="macro_reliance",
    family="hands",
    title="Replies from macros",
    question="How much of what we write is ready-made, and how much do we still change of it?",
    definition="Of the public replies by agents, the share that was made from a canned reply or said by a macro (bulk "
    "edits included). `edited` is the mean share of their words that is not as it stood there: 0 sent as it was.",
    dated="event",
    source=Flow(message_rows.made, columns=_MADE),
    attribution=Attribution.ACTOR,
    credits={Attribution.OWNER: Credit(Flow(message_rows.owners_made, columns=_MADE))},
    statistics={
        **share(("made", "n")),
        "made": counted("From macros and canned replies", "is_prepared", Unit.EVENTS),
        "n": count("Public replies of which it is told", Unit.EVENTS),
        "edited": Statistic("Changed, on average", Unit.SHARE, lambda row: row.edited.mean()),
    },
    default=("macro_reliance", "macro_reliance_edited", "macro_reliance_n"),
    population="Public replies by agents, but auto-replies and what opened a ticket, since what they were made from is "
    "kept; of imported ones those whose source says it (the demo's do, event logs do not).",
    edges="Stays with who wrote it, whatever becomes of the ticket (AA).",
    dimension_notes={"agent": "who replied", "channel": "of the reply"},
    aggregation=Class.RATIO,
    unit=Unit.SHARE,
    good="neither",
    min_n=5,
    drill="One row a reply, with what it was made from and how much of it was changed.",
    pitfall="Many ready-made replies and low CSAT are canned answers; many of them, little changed, and high CSAT are "
    "good texts.",
)

tickets_touched = Metric(
    name="tickets_touched",
    family="hands",
    title="Tickets touched",
    question="How many tickets did somebody work on?",
    definition="The number of different tickets to which an agent did something by hand: a message, a change of state, "
    "owner, queue, priority, title, tags or fields. Bulk edits are left out.",
    dated="event",
    source=Flow(hand_rows.touches),
    attribution=Attribution.ACTOR,
    credits={Attribution.OWNER: Credit(Flow(hand_rows.owners_touches))},
    statistics={
        "": different("Tickets touched", "ticket_id"),
        "touches": count("Touches", Unit.EVENTS),
    },
    default=("tickets_touched",),
    edges="Stays with who did it (AA). A ticket counts in every period and slice in which somebody touched it.",
    dimension_notes={"agent": "who touched it"},
    aggregation=Class.DISTINCT,
    unit=Unit.TICKETS,
    good="neither",
    drill="The tickets, each at its last touch; `touches` opens to all of these: what one agent does to a ticket "
    "without a pause of a minute is one.",
    pitfall="Periods and slices do not add up.",
)

touches_per_solve = replace(
    replies_to_resolution,
    name="touches_per_solve",
    family="hands",
    title="Touches per solve",
    question="How often must somebody take a ticket in hand until it is done?",
    definition="The number of touches by agents until the solve that still stands: what one agent does to a ticket "
    "without a pause of a minute is one touch.",
    source=Flow(solve_rows.touches, columns=("amount",)),
    default=("touches_per_solve_median", "touches_per_solve_p90", "touches_per_solve_n"),
    drill="The tickets, with the solve that stands and the number of touches.",
    pitfall="Five edits saved one after the other are one touch.",
)

solves_credited = Metric(
    name="solves_credited",
    family="hands",
    title="Solves by who solved",
    question="Who brings tickets to a solution?",
    definition="Solve events, each credited to who solved. solve_events credits them to the owner, solves_shared to "
    "all owners by time.",
    dated="event",
    source=Flow(solve_rows.by_actor, columns=("before_category",)),
    statistics={"": count("Solves", Unit.EVENTS)},
    edges="Every solve counts (RE); merging is none.",
    dimension_notes={"agent": "who solved it; rules and customers have none or their own"},
    aggregation=Class.ADDITIVE,
    unit=Unit.EVENTS,
    good="up",
    drill="One row a solve, at its instant.",
    pitfall="Credit for the last step rewards who picks easy closings.",
)

solves_shared = Metric(
    name="solves_shared",
    family="hands",
    title="Solves shared among owners",
    question="Who had a part in the solutions?",
    definition="Solve events, each divided among those who owned the ticket before it, in proportion to the time in "
    "NEW or OPEN that they did. Without any such time it is the owner's.",
    dated="event",
    source=Flow(solve_rows.shared, columns=("share",)),
    statistics={"": solve_rows.SHARES},
    edges="Every solve counts once in all (RE, AP).",
    dimension_notes={"agent": "who owned the ticket some of the time"},
    aggregation=Class.ADDITIVE,
    unit=Unit.EVENTS,
    good="up",
    drill="A row for each owner of each solve, with their share.",
    pitfall="Who keeps a ticket longest gets most of it.",
)

possession_hours = Metric(
    name="possession_hours",
    family="hands",
    title="Possession time",
    question="How long is work in whose hands?",
    definition="Hours that tickets in NEW or OPEN were owned by somebody within the period, finished or not.",
    dated="while it passes",
    source=Spent(is_possessed),
    statistics={"": Statistic("Hours", Unit.HOURS, lambda span: span.seconds.sum() / 3600.0, adds=True)},
    edges="Spans are cut at the edges of the period, at as_of and now.",
    aggregation=Class.ADDITIVE,
    unit=Unit.HOURS,
    good="neither",
    drill="The spans that overlap the period, with the start, stop and seconds that lie inside it.",
    pitfall="Who owns ten tickets possesses ten hours an hour.",
)

transfers = Metric(
    name="transfers",
    family="hands",
    title="Transfers",
    question="How often do tickets change queues?",
    definition="How often a ticket moved to another queue, but in the first minute of its life, in which it is routed.",
    dated="event",
    source=Flow(hand_rows.transfers, columns=("is_return",)),
    statistics={
        "": count("Transfers", Unit.EVENTS),
        "tickets": different("Tickets moved", "ticket_id"),
    },
    default=("transfers",),
    edges="Each move counts (RE).",
    dimension_notes={"queue": "the queue it came into"},
    aggregation=Class.ADDITIVE,
    unit=Unit.EVENTS,
    good="down",
    drill="One row a move, and whether the ticket had been in that queue before.",
)

ping_pong = Metric(
    name="ping_pong",
    family="hands",
    title="Ping-pong",
    question="How often does a ticket come back to a queue that had given it away?",
    definition="The transfers to a queue in which the ticket had been before.",
    dated="event",
    source=Flow(hand_rows.returns),
    statistics={"": count("Returns", Unit.EVENTS)},
    edges="Each return counts (RE).",
    dimension_notes={"queue": "the queue it came back to"},
    aggregation=Class.ADDITIVE,
    unit=Unit.EVENTS,
    good="down",
    drill="One row a return.",
)

assignee_stations = replace(
    replies_to_resolution,
    name="assignee_stations",
    family="hands",
    title="Assignee stations",
    question="Through how many hands does a ticket go?",
    definition="The number of owners, one after the other, until the solve that still stands. Who has it twice counts "
    "twice.",
    source=Flow(solve_rows.stations, columns=("amount",)),
    statistics=AMOUNT,
    default=("assignee_stations_mean", "assignee_stations_p90", "assignee_stations_n"),
    drill="The tickets, with the solve that stands and the number of owners.",
    pitfall="A ticket that nobody owned has none.",
)
