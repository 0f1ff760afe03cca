"""The course that tickets take: straight, or by wrong places, second goes and long silences."""

from dataclasses import replace

from analytics.metric import Class, Flow, Metric, Ratio, Statistic, Unit, count, counted, different, most, share
from analytics.metrics import course_rows
from analytics.metrics.quality import one_touch_rate, reopen_rate

_SOLVED = "Tickets that stand solved but those that are spam or deleted; imported ones if their history is complete."
_EVER = "Tickets that were ever solved but those that are spam or deleted; imported ones if their history is complete."
_AT_SOLVE = {"agent": "who owned the ticket when it was solved", "state": "the state it was solved into"}

flow_efficiency = replace(
    one_touch_rate,
    name="flow_efficiency",
    family="resolution",
    title="Flow efficiency",
    question="How much of a ticket's life was it our turn?",
    definition="Of the time that tickets which stand solved were unsolved until that solve, the share in NEW or OPEN.",
    source=Flow(course_rows.efficiency, columns=("seconds", "work")),
    statistics={
        "": Ratio("Share", Unit.SHARE, ("work", "passed")),
        "work": Statistic("Hours in NEW or OPEN", Unit.HOURS, lambda row: row.work.sum() / 3600.0, adds=True),
        "passed": Statistic("Hours unsolved", Unit.HOURS, lambda row: row.seconds.sum() / 3600.0, adds=True),
        "n": count("Solved"),
    },
    default=("flow_efficiency", "flow_efficiency_n"),
    population=_SOLVED,
    edges="Goes on after a reopening, and is restated at the next solve (RL).",
    good="neither",
    drill="The tickets, with the solve that stands, the seconds unsolved and those of our turn.",
    pitfall="Parking tickets in PENDING lowers it, honest or not; our turn is not work.",
)

longest_wait = replace(
    one_touch_rate,
    name="longest_wait",
    family="response",
    title="Longest wait",
    question="How bad was the worst silence for whoever asked?",
    definition="Of each ticket that stands solved, the longest wait for a public reply until that solve: from creation "
    "to the first, and from each oldest unanswered message to the next; in whole seconds of wall-clock time.",
    source=Flow(course_rows.longest_waits, columns=("seconds", "mean_seconds")),
    statistics={
        "median": Statistic(
            "Median of the longest", Unit.SECONDS, lambda row: row.seconds.quantile(0.5), is_percentile=True
        ),
        "p90": Statistic("Nine in ten within", Unit.SECONDS, lambda row: row.seconds.quantile(0.9), is_percentile=True),
        "max": most("The longest of all"),
        "mean_median": Statistic(
            "Median of tickets' mean waits",
            Unit.SECONDS,
            lambda row: row.mean_seconds.quantile(0.5),
            is_percentile=True,
        ),
        "n": count("Answered and solved"),
    },
    default=("longest_wait_median", "longest_wait_p90", "longest_wait_n"),
    population=_SOLVED,
    aggregation=Class.DISTRIBUTION,
    unit=Unit.SECONDS,
    good="down",
    drill="The tickets, with the solve that stands, the longest and the mean wait.",
    pitfall="Waits that a solve ended without a reply are not in it.",
)

misroute_rate = replace(
    reopen_rate,
    name="misroute_rate",
    family="hands",
    title="Misroute rate",
    question="How often does a ticket start in the wrong place?",
    definition="Of the tickets first solved in the period, the share solved in another queue than the one in which "
    "they were after the first minute.",
    source=Flow(course_rows.misroutes, columns=("is_misrouted",)),
    attribution=None,
    credits={},
    statistics={
        **share(("misrouted", "n")),
        "misrouted": counted("Misrouted", "is_misrouted"),
        "n": count("First solves"),
    },
    default=("misroute_rate", "misroute_rate_n"),
    population=_EVER,
    edges="Frozen at the first solve (R1).",
    dimension_notes=_AT_SOLVE,
    drill="The tickets first solved in the period, and whether that was elsewhere.",
    pitfall="Handing on by design, as from first to second line, counts, too.",
)

escalation_rate = replace(
    misroute_rate,
    name="escalation_rate",
    title="Escalation rate",
    question="How often does a ticket become more urgent?",
    definition="Of the tickets first solved in the period, the share whose priority was raised until then.",
    source=Flow(course_rows.escalations, columns=("is_raised",)),
    attribution=None,
    credits={},
    statistics={**share(("raised", "n")), "raised": counted("Raised", "is_raised"), "n": count("First solves")},
    default=("escalation_rate", "escalation_rate_n"),
    drill="The tickets first solved in the period, and whether their priority had been raised.",
    pitfall="Rules raise priorities, too.",
)

rework_share = Metric(
    name="rework_share",
    family="quality",
    title="Rework",
    question="How much of our time goes to what was solved before?",
    definition="Of the time of all visits to NEW or OPEN that ended in the period, the share of those after a solve.",
    dated="event",
    source=Flow(course_rows.rework, columns=("seconds", "again")),
    statistics={
        "": Ratio("Share", Unit.SHARE, ("again", "hours")),
        "again": Statistic("Hours after a solve", Unit.HOURS, lambda row: row.again.sum() / 3600.0, adds=True),
        "hours": Statistic("Hours", Unit.HOURS, lambda row: row.seconds.sum() / 3600.0, adds=True),
        "n": count("Visits that ended", Unit.EVENTS),
    },
    default=("rework_share", "rework_share_n"),
    population="All tickets but those that are spam or deleted; imported ones if their history is complete.",
    complete_only=True,
    edges="A visit counts when it ends, with all of its time.",
    dimension_notes={"queue": "as the visit ended", "agent": "as the visit ended", "priority": "as the visit ended"},
    aggregation=Class.RATIO,
    unit=Unit.SHARE,
    good="down",
    min_n=5,
    drill="The visits that ended in the period, with their seconds and those after a solve.",
    pitfall="It is our turn, not work: a reopened ticket that nobody looks at counts.",
)

channel_switch_rate = replace(
    one_touch_rate,
    name="channel_switch_rate",
    title="Channel switches",
    question="How often must people try another way to reach us?",
    definition="Of the tickets that stand solved, the share with public messages by at least two channels until then.",
    source=Flow(course_rows.switches, columns=("is_switched",)),
    statistics={
        **share(("switched", "n")),
        "switched": counted("Several channels", "is_switched"),
        "n": count("Solved"),
    },
    default=("channel_switch_rate", "channel_switch_rate_n"),
    population=_SOLVED,
    good="neither",
    drill="The tickets, with the solve that stands and whether several channels were used.",
    pitfall="A reply from the pages to a mail is two channels.",
)

repeat_contact_rate = Metric(
    name="repeat_contact_rate",
    family="quality",
    title="Repeat contacts",
    question="How many must come again?",
    definition="Of the people who opened tickets in the period, the share who had opened one within 30 days before.",
    dated="created",
    source=Flow(course_rows.repeats, columns=("requester_id", "is_repeat")),
    statistics={
        **share(("again", "n")),
        "again": different("Came again", "requester_id", Unit.PEOPLE, lambda row: row.is_repeat),
        "n": different("People", "requester_id", Unit.PEOPLE),
    },
    default=("repeat_contact_rate", "repeat_contact_rate_n"),
    population="Tickets with a requester but those that are spam or deleted.",
    edges="A merged ticket counts. Frozen at creation.",
    aggregation=Class.RATIO,
    unit=Unit.SHARE,
    good="down",
    min_n=5,
    drill="The tickets created, who asked, and whether they had asked before.",
    pitfall="Another ticket is not always the same matter.",
)
