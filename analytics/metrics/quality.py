"""Whether it was done well: solved for good, at the first go, in time to be of use."""

from dataclasses import replace

import ibis.expr.types as ir

from analytics.metric import (
    Attribution,
    Class,
    Credit,
    Flow,
    Metric,
    Ratio,
    Statistic,
    Unit,
    count,
    counted,
    part,
    share,
)
from analytics.metrics import cohort_rows, survey_rows

_SOLVED = "Tickets that stand solved but those that are spam or deleted; imported ones if their history is complete."

reopen_rate = Metric(
    name="reopen_rate",
    family="quality",
    title="Reopen rate",
    question="How often does what we solved come back?",
    definition="Of the tickets first solved in the period, the share that was reopened within 14 days; of those only "
    "whose 14 days are over.",
    dated="event",
    source=Flow(cohort_rows.reopened, columns=("is_over", "is_reopened")),
    attribution=Attribution.ACTOR,
    credits={Attribution.OWNER: Credit(Flow(cohort_rows.owners_reopened, columns=("is_over", "is_reopened")))},
    statistics={
        **share(("reopened", "n")),
        "reopened": counted("Reopened", "is_reopened"),
        "n": counted("First solves watched to the end", "is_over"),
        "open": part("Still watched", lambda row: ~row.is_over),
    },
    default=("reopen_rate", "reopen_rate_n", "reopen_rate_open"),
    population="Tickets that were ever solved but those that are spam or deleted; imported ones if their history is "
    "complete.",
    complete_only=True,
    edges="Frozen with the fourteenth day (R1). `open` tells how many solves of the period are not that old yet.",
    dimension_notes={"agent": "who solved it", "state": "the state it was solved into"},
    aggregation=Class.RATIO,
    unit=Unit.SHARE,
    good="down",
    min_n=5,
    drill="The tickets first solved in the period, whether their days are over and whether they were reopened.",
    pitfall="Thank-you mails reopen tickets too.",
)

first_contact_resolution = replace(
    reopen_rate,
    name="first_contact_resolution",
    title="First contact resolution",
    question="How often is it really over?",
    definition="Of the tickets first solved in the period, the share after which, for 7 days, the customer neither "
    "wrote on the ticket nor opened another in the same queue, and nobody reopened it; of those only whose 7 "
    "days are over.",
    source=Flow(cohort_rows.first_contacts, columns=("is_over", "is_resolved")),
    attribution=None,
    credits={},
    statistics={
        **share(("resolved", "n")),
        "resolved": counted("Resolved", "is_resolved"),
        "n": reopen_rate.statistics["n"],
        "open": reopen_rate.statistics["open"],
    },
    default=("first_contact_resolution", "first_contact_resolution_n", "first_contact_resolution_open"),
    edges="Frozen with the seventh day (R1). `open` tells how many solves of the period are not that old yet.",
    dimension_notes={"agent": "who owned the ticket when it was solved", "state": "the state it was solved into"},
    good="up",
    drill="The tickets first solved in the period, whether their days are over and whether the customer came back.",
    pitfall="The queue stands for the topic. It is not the one-touch rate: one reply may not have been enough.",
)

automated_resolution_rate = replace(
    first_contact_resolution,
    name="automated_resolution_rate",
    title="Automated resolution rate",
    question="How often does a robot settle it for good?",
    definition="Of the tickets first solved in the period in which a robot had a hand (it had publicly replied, or "
    "solved them), the share that it solved without any public reply by an agent, and after which, for 72 hours, the "
    "customer neither wrote on the ticket nor opened another in the same queue, and nobody reopened it; of those only "
    "whose 72 hours are over.",
    source=Flow(cohort_rows.automated, columns=("is_over", "is_handed", "is_automated")),
    statistics={
        **share(("automated", "n")),
        "automated": counted("Automated", "is_automated"),
        "n": reopen_rate.statistics["n"],
        "open": reopen_rate.statistics["open"],
    },
    default=("automated_resolution_rate", "automated_resolution_rate_n", "automated_resolution_rate_open"),
    edges="Frozen after 72 hours (R1). `open` tells how many solves of the period are not that old yet.",
    drill="The tickets in which a robot had a hand, first solved in the period, and whether that was all they needed.",
    pitfall="Whoever gives up stays away, too: look at csat beside it.",
)

robot_handover_rate = replace(
    automated_resolution_rate,
    name="robot_handover_rate",
    title="Robot handover rate",
    question="How often do robots need a human?",
    definition="Of the tickets first solved in the period in which a robot had a hand (it had publicly replied, or "
    "solved them), the share that a human was needed for: an agent had publicly replied by then, or solved it.",
    source=Flow(cohort_rows.with_robots, columns=("is_handed",)),
    statistics={**share(("handed", "n")), "handed": counted("Handed over", "is_handed"), "n": count("Solved")},
    default=("robot_handover_rate", "robot_handover_rate_n"),
    edges="Frozen at the first solve (R1); a ticket counts once, however often it was handed over.",
    good="down",
    drill="The tickets in which a robot had a hand, first solved in the period, and whether a human was needed.",
    pitfall="How long people wait for that human is first_human_reply_time.",
)

one_touch_rate = Metric(
    name="one_touch_rate",
    family="quality",
    title="One-touch rate",
    question="How often is one answer enough?",
    definition="Of the tickets that stand solved, the share with exactly one public reply by an agent until that solve "
    "and no reopening.",
    dated="standing solve",
    source=Flow(cohort_rows.touched, columns=("amount", "is_one_touch")),
    statistics={**share(("solved", "n")), "solved": counted("One touch", "is_one_touch"), "n": count("Solved")},
    default=("one_touch_rate", "one_touch_rate_n"),
    population=f"{_SOLVED} Opened by customers, and not solved by robots.",
    complete_only=True,
    edges="Withdrawn when the ticket reopens, and restated at its next solve (RL).",
    dimension_notes={"agent": "who owned the ticket when it was solved", "state": "the state it was solved into"},
    aggregation=Class.RATIO,
    unit=Unit.SHARE,
    good="up",
    min_n=5,
    drill="The tickets, with the solve that stands, the number of replies and whether one was enough.",
    pitfall="A solve without any reply is none.",
)

two_touch_rate = replace(
    one_touch_rate,
    name="two_touch_rate",
    title="Two-touch rate",
    question="How often does it take two answers?",
    definition="Of the tickets that stand solved, the share with exactly two public replies by agents until that "
    "solve.",
    source=Flow(cohort_rows.touched, columns=("amount", "is_two_touch")),
    statistics={**share(("solved", "n")), "solved": counted("Two touches", "is_two_touch"), "n": count("Solved")},
    default=("two_touch_rate", "two_touch_rate_n"),
    good="neither",
    drill="The tickets, with the solve that stands and the number of replies.",
)

multi_touch_rate = replace(
    one_touch_rate,
    name="multi_touch_rate",
    title="Multi-touch rate",
    question="How often does it take many answers?",
    definition="Of the tickets that stand solved, the share with more than two public replies by agents until that "
    "solve.",
    source=Flow(cohort_rows.touched, columns=("amount", "is_multi_touch")),
    statistics={
        **share(("solved", "n")),
        "solved": counted("More than two touches", "is_multi_touch"),
        "n": count("Solved"),
    },
    default=("multi_touch_rate", "multi_touch_rate_n"),
    good="down",
    drill="The tickets, with the solve that stands and the number of replies.",
)

participation_share = replace(
    one_touch_rate,
    name="participation_share",
    title="Participation",
    question="How often does it take several people?",
    definition="Of the tickets that stand solved, the share to which at least two agents had publicly replied by then.",
    source=Flow(cohort_rows.helped, columns=("is_shared",)),
    statistics={**share(("shared", "n")), "shared": counted("By several", "is_shared"), "n": count("Solved")},
    default=("participation_share", "participation_share_n"),
    population=_SOLVED,
    good="neither",
    drill="The tickets, with the solve that stands and whether several had replied.",
    pitfall="Numbers by owner hide those who help.",
)


def _within(suffix: str, seconds: int) -> dict[str, Statistic | Ratio]:
    """The share of tickets answered within so many seconds, of those that were answered or are that old."""

    def met(row: ir.Table) -> ir.BooleanValue:
        return (row.reply_seconds <= seconds).fill_null(False)

    def ripe(row: ir.Table) -> ir.BooleanValue:
        return row.reply_seconds.notnull() | (row.age_seconds >= seconds)

    shares = share((f"{suffix}_met", f"{suffix}_of"), f"Within {suffix}")
    return {
        **{f"{suffix}_{side}" if side else suffix: of for side, of in shares.items()},
        f"{suffix}_met": part(f"Answered within {suffix}", met),
        f"{suffix}_of": part(f"Answered, or {suffix} old", ripe),
    }


replied_within = Metric(
    name="replied_within",
    family="quality",
    title="Replied within",
    question="Who hears from us how soon?",
    definition="Of the tickets created in the period that were answered or are old enough, the share with a first "
    "public reply within 15 minutes, 1, 4, 8 and 24 hours of wall-clock time.",
    dated="created",
    source=Flow(cohort_rows.awaited, columns=("reply_seconds", "age_seconds")),
    statistics={
        **{name: of for each in cohort_rows.PROMPT.items() for name, of in _within(*each).items()},
        "n": count("Tickets created"),
    },
    default=(*(f"replied_within_{suffix}" for suffix in cohort_rows.PROMPT), "replied_within_n"),
    population="All tickets but those that are spam or deleted; imported ones if their history is complete.",
    complete_only=True,
    edges="Frozen at the first reply (R1). A ticket without one counts against a time once it is that old.",
    aggregation=Class.RATIO,
    unit=Unit.SHARE,
    good="up",
    min_n=5,
    drill="The tickets created in the period, with the seconds until their first reply and those since their creation.",
    pitfall="Of all tickets created, the newest would look late before their time.",
)

csat = Metric(
    name="csat",
    family="quality",
    title="CSAT",
    question="How content are those whom we helped?",
    definition="Of the ratings given in the period, the share with 4 or 5 of 5; of a ticket only the newest.",
    dated="event",
    source=Flow(survey_rows.ratings, columns=("score", "is_content")),
    statistics={**share(("content", "n")), "content": counted("Content", "is_content"), "n": count("Ratings")},
    default=("csat", "csat_low", "csat_high", "csat_n"),
    population="Rated tickets but those that are spam or deleted.",
    edges="A rating that is changed counts with its new score, when it was changed.",
    dimension_notes={"agent": "who owned the ticket when it was rated"},
    aggregation=Class.RATIO,
    unit=Unit.SHARE,
    good="up",
    min_n=5,
    drill="The ratings, with their scores.",
    pitfall="Only those who answered: look at csat_response_rate beside it.",
)

csat_response_rate = Metric(
    name="csat_response_rate",
    family="quality",
    title="CSAT response rate",
    question="How many tell us how content they are?",
    definition="Of the tickets first solved in the period that somebody had asked, the share that was rated since. "
    "Whoever asked is asked for a rating by the ticket's page from that solve on.",
    dated="event",
    source=Flow(survey_rows.asked, columns=("is_rated",)),
    statistics={**share(("rated", "n")), "rated": counted("Rated", "is_rated"), "n": count("Tickets asked about")},
    default=("csat_response_rate", "csat_response_rate_n"),
    population="First solves of tickets with a requester, but those that are spam or deleted.",
    edges="Grows as people answer; a rating that comes later counts for the period of the solve.",
    dimension_notes={"agent": "who owned the ticket when it was solved"},
    aggregation=Class.RATIO,
    unit=Unit.SHARE,
    good="up",
    min_n=5,
    drill="The tickets first solved in the period, and whether they were rated.",
    pitfall="Tickets that were solved yesterday had less time to be rated.",
)

rating_flips = Metric(
    name="rating_flips",
    family="quality",
    title="Changed ratings",
    question="Whose opinion of us changed?",
    definition="How often a rating was changed from 4 or 5 to less, or the other way round.",
    dated="event",
    source=Flow(survey_rows.flips, columns=("score", "is_lost")),
    statistics={"": count("Changed ratings", Unit.EVENTS), "lost": counted("For the worse", "is_lost", Unit.EVENTS)},
    edges="Each change counts (RE).",
    dimension_notes={"agent": "who owned the ticket when it was rated"},
    aggregation=Class.ADDITIVE,
    unit=Unit.EVENTS,
    good="neither",
    drill="One row a change, with the new score.",
)
