"""How much comes in and goes out."""

from analytics.metric import PASSED, Attribution, Class, Credit, Flow, Metric, Ratio, Statistic, Unit, count
from analytics.metrics import message_rows, rows, solve_rows

tickets_created = Metric(
    name="tickets_created",
    family="volume",
    title="Tickets created",
    question="How much work arrives?",
    definition="The number of tickets that were created.",
    dated="created",
    source=Flow(rows.created),
    statistics={"": count("Tickets created")},
    edges="A merged ticket counts. A ticket that is spam or deleted counts nowhere from that moment on.",
    aggregation=Class.ADDITIVE,
    unit=Unit.TICKETS,
    good="neither",
    drill="The tickets created, with queue, owner and so on as they were at creation.",
    pitfall="Split by the queue at creation: moving a ticket later does not rewrite history.",
)

arrival_rate = Metric(
    name="arrival_rate",
    family="volume",
    title="Arrival rate",
    question="How fast does work arrive?",
    definition="The number of tickets created an hour, of all hours of the period that have passed, nights and "
    "weekends included.",
    dated="created",
    source=Flow(rows.created),
    statistics={
        "": Ratio("Tickets an hour", Unit.PER_HOUR, ("n", PASSED)),
        "n": count("Tickets created"),
    },
    default=("arrival_rate",),
    edges="As tickets_created. Without a start the first hour is that of the oldest ticket; nothing that is to come "
    "counts as an hour.",
    aggregation=Class.RATIO,
    unit=Unit.PER_HOUR,
    good="neither",
    drill="The tickets created, with queue, owner and so on as they were at creation.",
    pitfall="An office that is open 40 hours a week must work off more than four times as much an open hour.",
)

inbound_contacts = Metric(
    name="inbound_contacts",
    family="volume",
    title="Inbound contacts",
    question="How often do customers come to us?",
    definition="The number of public messages by customers, those that open tickets included. What one person writes "
    "on a ticket within five minutes of their last message there is the same contact.",
    dated="event",
    source=Flow(message_rows.contacts),
    statistics={"": count("Inbound contacts", Unit.EVENTS)},
    edges="A message to a merged ticket counts where it is shown. Deleted tickets and spam count nowhere.",
    dimension_notes={"agent": "who owned the ticket when they wrote", "channel": "by which the message came"},
    aggregation=Class.ADDITIVE,
    unit=Unit.EVENTS,
    good="neither",
    drill="One row a contact, at its first message.",
    pitfall="Thank-you mails are contacts, too.",
)

first_solves = Metric(
    name="first_solves",
    family="volume",
    title="First solves",
    question="How much work gets done?",
    definition="The number of tickets that were solved or closed for the first time.",
    dated="event",
    source=Flow(rows.first_solves, columns=("before_category",)),
    statistics={"": count("First solves")},
    edges="Each ticket counts once, whatever happens later (R1): past periods never change.",
    dimension_notes={"agent": "who owned the ticket when it was solved", "state": "the state it went into"},
    aggregation=Class.ADDITIVE,
    unit=Unit.TICKETS,
    good="up",
    drill="The tickets, with the values of their first solve.",
)

solve_events = Metric(
    name="solve_events",
    family="volume",
    title="Solve events",
    question="How often is a ticket brought to a solution?",
    definition="How often a ticket went from an unsolved category into SOLVED or CLOSED, or was created so.",
    dated="event",
    source=Flow(rows.solves, columns=("before_category",)),
    attribution=Attribution.OWNER,
    credits={
        Attribution.ACTOR: Credit(Flow(solve_rows.by_actor, columns=("before_category",))),
        Attribution.PRO_RATA: Credit(Flow(solve_rows.shared, columns=("share",)), {"": solve_rows.SHARES}),
    },
    statistics={"": count("Solve events", Unit.EVENTS)},
    edges="A ticket solved, reopened and solved again counts twice (RE). Closing a solved ticket is no second solve. "
    "Merging is no solve.",
    dimension_notes={"agent": "who owned the ticket when it was solved", "state": "the state it went into"},
    aggregation=Class.ADDITIVE,
    unit=Unit.EVENTS,
    good="up",
    drill="One row a solve, at its instant.",
)

tickets_solved = Metric(
    name="tickets_solved",
    family="volume",
    title="Tickets solved",
    question="How many tickets were finished and stayed finished?",
    definition="The number of tickets that stand solved or closed, dated by the solve that still stands.",
    dated="standing solve",
    source=Flow(rows.standing_solves, columns=("start", "stop", "seconds")),
    statistics={"": count("Tickets solved")},
    edges="Withdrawn when the ticket reopens, and restated at its next solve (RL): ask with as_of for what was "
    "said then.",
    dimension_notes={"agent": "who owned the ticket when it was solved", "state": "the state it was solved into"},
    aggregation=Class.ADDITIVE,
    unit=Unit.TICKETS,
    good="up",
    drill="The tickets, with creation and the solve that stands.",
    pitfall="Past months shrink when tickets reopen; solve_events does not.",
)

reopen_events = Metric(
    name="reopen_events",
    family="volume",
    title="Reopen events",
    question="How often was solved not solved?",
    definition="How often a ticket went from SOLVED or CLOSED back into NEW, OPEN, PENDING or HOLD.",
    dated="event",
    source=Flow(rows.reopens, columns=("before_category",)),
    statistics={"": count("Reopen events", Unit.EVENTS)},
    edges="Each reopening counts (RE). A follow-up ticket is a ticket of its own.",
    dimension_notes={"state": "the state it went into"},
    aggregation=Class.ADDITIVE,
    unit=Unit.EVENTS,
    good="down",
    drill="One row a reopening, at its instant.",
    pitfall="Thank-you mails reopen tickets too.",
)

net_flow = Metric(
    name="net_flow",
    family="volume",
    title="Net flow",
    question="Is the backlog growing?",
    definition="What entered the backlog minus what left it: exactly the change of backlog over the period.",
    dated="event",
    source=Flow(rows.backlog_steps, columns=("delta",)),
    statistics={"": Statistic("Net flow", Unit.TICKETS, lambda steps: steps.delta.sum(), adds=True, is_signed=True)},
    edges="In: creations, reopenings, restored tickets. Out: solves, merges. In a slice, tickets that move into it "
    "come in and tickets that move out of it leave.",
    aggregation=Class.ADDITIVE,
    unit=Unit.TICKETS,
    good="down",
    drill="One row each time a ticket entered (+) or left (−) the slice; their sum is the number.",
    pitfall="Created minus solved ignores reopenings and moves between queues.",
)
