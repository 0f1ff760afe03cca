"""Whether the numbers can be trusted: what is looked at all the time (METRICS.md 121)."""

from analytics.metric import Class, Flow, Metric, Statistic, Unit, count
from analytics.metrics import trust_rows

reconciliation_gap = Metric(
    name="reconciliation_gap",
    family="trust",
    title="Reconciliation gap",
    question="Is every number what its events say?",
    definition="The most that any look of the time found wrong: stock and flow by queue and hour (opening + in - out = "
    "closing), spans and lives, steps and counts, increments and rebuilds. Must be 0; null: nobody looked.",
    dated="event",
    source=Flow(trust_rows.looks, columns=("checked", "wrong"), is_timed=True),
    statistics={
        "": Statistic("Most found wrong", Unit.FAULTS, lambda row: row.wrong.max(), is_extreme=True),
        "looks": count("Looks told", Unit.EVENTS),
    },
    default=("reconciliation_gap",),
    population="Looks of the worker, each at some of all tickets, spam and deleted ones included. Told are the first "
    "of each hour and each that found otherwise than the one before.",
    edges="What is broken stays so until it is mended: a rebuild ends the gap, and leaves its history.",
    dimensions=(),
    aggregation=Class.DISTRIBUTION,
    unit=Unit.FAULTS,
    good="down",
    drill="The page Health names the laws that are broken, with examples.",
    pitfall="A look sees some of the tickets, others each time: a fault of few shows in some looks only.",
    is_of_tickets=False,
)
