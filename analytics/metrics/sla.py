"""What was promised, and whether it was kept: METRICS.md 48 to 56."""

from analytics.metric import (
    DURATION,
    Class,
    Flow,
    Level,
    Metric,
    Ratio,
    Statistic,
    Unit,
    count,
    counted,
    different,
    part,
    share,
)
from analytics.metrics import clock_rows

DIMENSIONS = (
    "target", "policy", "calendar", "queue", "state", "category", "priority", "agent", "organisation", "channel",
)  # fmt: skip
NOTES = {"agent": "who owned the ticket when the clock was due", "queue": "when the clock was due"}
POPULATION = "Clocks of all tickets but those that are spam or deleted."

DUE = Flow(clock_rows.due, columns=("is_met", "is_due_by_hand"), is_timed=True)
MISSED = Flow(
    clock_rows.missed, columns=("start", "stop", "seconds", "is_due_by_hand", "is_born_breached"),
    is_timed=True, counts_hours=True,
)  # fmt: skip

OBJECTIVE = 0.95
"""The share of clocks that is to be met: what is left is the error budget."""

sla_attainment = Metric(
    name="sla_attainment",
    family="sla",
    title="SLA attainment",
    question="How often do we keep what we promised?",
    definition="Of the SLA clocks that fell due in the period, the share that was fulfilled by then. A clock that is "
    "still open counts as missed from the moment it is due.",
    dated="due",
    source=DUE,
    statistics={
        **share(("met", "due")),
        "met": counted("Clocks met", "is_met", Unit.CLOCKS),
        "due": count("Clocks due", Unit.CLOCKS),
        "by_hand": counted("Due by hand", "is_due_by_hand", Unit.CLOCKS),
    },
    default=("sla_attainment", "sla_attainment_low", "sla_attainment_high", "sla_attainment_met", "sla_attainment_due"),
    population=POPULATION,
    edges="A clock that was cancelled before it was due is not in it: solved without a reply (sla_voids counts those), "
    "merged, another policy. "
    "One that was fulfilled while it stood still is met, on that day. One whose due time somebody set is held to that "
    "(by_hand counts those).",
    dimensions=DIMENSIONS,
    dimension_notes=NOTES,
    aggregation=Class.RATIO,
    unit=Unit.SHARE,
    good="up",
    min_n=5,
    drill="The clocks that fell due in the period, and whether they were met.",
    pitfall="Clocks, not tickets: a ticket has several. ticket_sla_attainment asks for all of a ticket's at once.",
)

sla_attainment_fulfilled = Metric(
    name="sla_attainment_fulfilled",
    family="sla",
    title="SLA attainment by fulfilment",
    question="How many of the clocks that we fulfilled were in time?",
    definition="Of the SLA clocks that were fulfilled in the period, the share that was not past its due time.",
    dated="event",
    source=Flow(clock_rows.fulfilled, columns=("is_met",)),
    statistics={
        **share(("met", "n")),
        "met": counted("Clocks fulfilled in time", "is_met", Unit.CLOCKS),
        "n": count("Clocks fulfilled", Unit.CLOCKS),
    },
    default=("sla_attainment_fulfilled", "sla_attainment_fulfilled_met", "sla_attainment_fulfilled_n"),
    population=POPULATION,
    edges="A clock that is reopened is withdrawn until it is fulfilled again.",
    dimensions=DIMENSIONS,
    dimension_notes={"agent": "who owned the ticket when the clock was fulfilled", "queue": "when it was fulfilled"},
    aggregation=Class.RATIO,
    unit=Unit.SHARE,
    good="up",
    min_n=5,
    drill="The clocks fulfilled in the period, and whether they were in time.",
    pitfall="For comparison with other products only: a breach that nobody has ended yet is not in it.",
)

ticket_sla_attainment = Metric(
    name="ticket_sla_attainment",
    family="sla",
    title="Tickets within SLA",
    question="For how many tickets did we keep everything we promised?",
    definition="Of the tickets with at least one clock due in the period, the share whose clocks due "
    "then were all met.",
    dated="due",
    source=DUE,
    statistics={
        **share(("kept", "n")),
        "kept": Statistic(
            "Tickets that kept every promise", Unit.TICKETS,
            lambda rows: rows.ticket_id.nunique() - rows.ticket_id.nunique(where=~rows.is_met),
            holds=lambda rows: rows.is_met.all().over(group_by=rows.ticket_id), different="ticket_id",
        ),
        "n": different("Tickets with a clock due", "ticket_id"),
    },
    default=("ticket_sla_attainment", "ticket_sla_attainment_kept", "ticket_sla_attainment_n"),
    population=POPULATION,
    edges="As sla_attainment. A ticket counts in every period and slice in which one of its clocks was due.",
    dimensions=DIMENSIONS,
    dimension_notes=NOTES,
    aggregation=Class.RATIO,
    unit=Unit.SHARE,
    good="up",
    min_n=5,
    drill="The clocks that fell due in the period; a ticket is within SLA if all of its own were met.",
    pitfall="Lower than sla_attainment by nature: never compare the two.",
)  # fmt: skip

sla_breaches = Metric(
    name="sla_breaches",
    family="sla",
    title="SLA breaches",
    question="How often did we break a promise?",
    definition="The number of SLA clocks whose due time passed unfulfilled in the period.",
    dated="due",
    source=MISSED,
    statistics={
        "": count("Breaches", Unit.CLOCKS),
        "born": counted("Born breached", "is_born_breached", Unit.CLOCKS),
    },
    default=("sla_breaches",),
    population=POPULATION,
    edges="One a clock, however long it lasts. Born breached: it was due before its policy was applied. A breach stays "
    "when the ticket is merged or put under another policy.",
    dimensions=DIMENSIONS,
    dimension_notes=NOTES,
    aggregation=Class.ADDITIVE,
    unit=Unit.CLOCKS,
    good="down",
    drill="The clocks that were missed, with due time, end (or now) and the seconds between.",
)

sla_voids = Metric(
    name="sla_voids",
    family="sla",
    title="Voided promises",
    question="How often was a ticket solved before a promise was met?",
    definition="The number of SLA clocks that a solve ended in the period before they were due, without what they "
    "waited for: solved by a note instead of a reply.",
    dated="event",
    source=Flow(clock_rows.voided),
    statistics={"": count("Voided clocks", Unit.CLOCKS)},
    population=POPULATION,
    edges="A reply that solves, too, fulfils its clock. A void is withdrawn when a reopening lets the clock go on.",
    dimensions=DIMENSIONS,
    dimension_notes={"agent": "who owned the ticket when it was solved", "queue": "when it was solved"},
    aggregation=Class.ADDITIVE,
    unit=Unit.CLOCKS,
    good="down",
    drill="The clocks that were voided.",
    pitfall="sla_attainment leaves voids out: many of them make it look better than it is.",
)

sla_breach_magnitude = Metric(
    name="sla_breach_magnitude",
    family="sla",
    title="How late breaches are",
    question="When we are late, how late?",
    definition="Seconds of wall-clock time from a clock's due time to its end, or to now while it is open, of the "
    "clocks that were missed.",
    dated="due",
    source=MISSED,
    statistics=DURATION,
    default=("sla_breach_magnitude_median", "sla_breach_magnitude_p90", "sla_breach_magnitude_n"),
    population=POPULATION,
    edges="Open breaches grow with every look; ask with as_of for what was said then.",
    dimensions=DIMENSIONS,
    dimension_notes=NOTES,
    aggregation=Class.DISTRIBUTION,
    unit=Unit.SECONDS,
    good="down",
    min_n=5,
    drill="The clocks that were missed, with due time, end (or now) and the seconds between.",
    pitfall="Nights and weekends are in it, though the target may count business hours only.",
)

sla_open_breached = Metric(
    name="sla_open_breached",
    family="sla",
    title="Open and breached",
    question="Which promises are broken right now?",
    definition="The number of running SLA clocks that are past their due time, at an instant.",
    dated="instant",
    source=Level(spans=clock_rows.breached, is_timed=True),
    statistics={"": count("Open breaches", Unit.CLOCKS)},
    population=POPULATION,
    edges="At its due instant a clock can still be met; it is late right after it. One that stands still is not in it "
    "until it runs on.",
    dimensions=DIMENSIONS,
    dimension_notes={"agent": "who owns the ticket at that instant", "queue": "at that instant"},
    aggregation=Class.SEMI_ADDITIVE,
    unit=Unit.CLOCKS,
    good="down",
    drill="The tickets with such a clock, and since when it is late in that queue, state and hand.",
    pitfall="Levels of several days must not be added.",
)

sla_open_breached_tickets = Metric(
    name="sla_open_breached_tickets",
    family="sla",
    title="Tickets open and breached",
    question="How many tickets wait behind a broken promise right now?",
    definition="The number of tickets with at least one running SLA clock that is past its due time, at an instant.",
    dated="instant",
    source=Level(spans=clock_rows.breached_tickets, is_timed=True),
    statistics={"": count("Tickets open and breached")},
    population=POPULATION,
    edges="As sla_open_breached, which counts the clocks: a ticket has several.",
    dimensions=("queue", "state", "category", "priority", "agent", "organisation", "channel"),
    dimension_notes={"agent": "who owns the ticket at that instant", "queue": "at that instant"},
    aggregation=Class.SEMI_ADDITIVE,
    unit=Unit.TICKETS,
    good="down",
    drill="The tickets, and since when they are late in that queue, state and hand.",
    pitfall="Levels of several days must not be added.",
)

sla_at_risk = Metric(
    name="sla_at_risk",
    family="sla",
    title="At risk",
    question="Which promises can still be kept?",
    definition="The number of running SLA clocks with half an hour or a fifth of their target left, whichever is more, "
    "at an instant; in the target's own time, so that a night is not spent.",
    dated="instant",
    source=Level(spans=clock_rows.at_risk, is_timed=True),
    statistics={"": count("Clocks at risk", Unit.CLOCKS)},
    population=POPULATION,
    edges="From the moment there is so little left until it is late, fulfilled or stands still: as on the desk.",
    dimensions=DIMENSIONS,
    dimension_notes={"agent": "who owns the ticket at that instant", "queue": "at that instant"},
    aggregation=Class.SEMI_ADDITIVE,
    unit=Unit.CLOCKS,
    good="down",
    drill="The tickets with such a clock, and since when it is at risk in that queue, state and hand.",
    pitfall="Levels of several days must not be added.",
)

sla_coverage = Metric(
    name="sla_coverage",
    family="sla",
    title="SLA coverage",
    question="How much of our work is under any promise?",
    definition="Of the tickets created in the period, the share for which an SLA clock ever ran.",
    dated="created",
    source=Flow(clock_rows.covered, columns=("is_covered",)),
    statistics={
        **share(("covered", "n")),
        "covered": counted("Tickets that a clock ran for", "is_covered"),
        "n": count("Tickets created"),
    },
    default=("sla_coverage", "sla_coverage_covered", "sla_coverage_n"),
    edges="A policy that is applied later covers the ticket from then on; a merged ticket stays covered.",
    aggregation=Class.RATIO,
    unit=Unit.SHARE,
    good="up",
    min_n=5,
    drill="The tickets created in the period, and whether a clock ever ran for them.",
    pitfall="100 % attainment of 40 % of the tickets is no good news.",
)

sla_burn = Metric(
    name="sla_burn",
    family="sla",
    title="SLA burn rate",
    question="Do we use up what we may miss?",
    definition=f"The share of clocks due in the period that was missed, as a multiple of the {1 - OBJECTIVE:.0%} that "
    f"an objective of {OBJECTIVE:.0%} allows: 1 uses the budget up exactly, 2 twice as fast.",
    dated="due",
    source=DUE,
    statistics={
        "": Ratio("Burn rate", Unit.RATE, ("missed", "n"), lambda missed, n: missed / n / (1 - OBJECTIVE)),
        "missed": part("Clocks missed", lambda rows: ~rows.is_met, Unit.CLOCKS),
        "n": count("Clocks due", Unit.CLOCKS),
    },
    default=("sla_burn", "sla_burn_missed", "sla_burn_n"),
    population=POPULATION,
    edges="As sla_attainment.",
    dimensions=DIMENSIONS,
    dimension_notes=NOTES,
    aggregation=Class.RATIO,
    unit=Unit.RATE,
    good="down",
    min_n=5,
    drill="The clocks that fell due in the period, and whether they were met.",
)
