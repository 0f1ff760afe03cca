"""How old what stands is: an average of what is finished never tells of the ticket that nobody looks at."""

from dataclasses import replace

from analytics.measure_steps import stands_unsolved
from analytics.metric import (
    DURATION,
    PASSED,
    Census,
    Class,
    Metric,
    Ratio,
    Spent,
    Statistic,
    Unit,
    count,
    counted,
    most,
    part,
)
from analytics.metrics import age_rows

DAY = 86_400
AGES = {"1d": (0, 1), "3d": (1, 3), "7d": (3, 7), "14d": (7, 14), "30d": (14, 30), "90d": (30, 90)}
"""From how many days to how many; older ones are `over`."""


def _aged(first: int, last: int) -> Statistic:
    return part(
        f"{first} to {last} days old", lambda row: (row.wall_seconds >= first * DAY) & (row.wall_seconds < last * DAY)
    )


open_age = Metric(
    name="open_age",
    family="backlog",
    title="Age of the backlog",
    question="How old is what is not done?",
    definition="From a ticket's creation to the instant looked at, of the tickets that are unsolved then; in whole "
    "seconds of wall-clock time. `max` is the oldest; `back_median` counts from the last reopening. How many "
    "are so many days old goes by the wall clock in any case.",
    dated="instant",
    source=Census(
        age_rows.unsolved,
        columns=("start", "stop", "seconds", "back_seconds"),
        durations={"seconds": "start", "back_seconds": "back"},
    ),
    statistics={
        **DURATION,
        "n": count("Unsolved tickets"),
        "max": most("The oldest"),
        "back_median": Statistic(
            "Median since the last reopening",
            Unit.SECONDS,
            lambda row: row.back_seconds.quantile(0.5),
            is_percentile=True,
        ),
        **{name: _aged(*days) for name, days in AGES.items()},
        "over": part("Over 90 days old", lambda row: row.wall_seconds >= 90 * DAY),
    },
    default=("open_age_median", "open_age_p90", "open_age_max", "open_age_n"),
    population="Unsolved tickets but those that are spam or deleted; imported ones if their history is complete.",
    complete_only=True,
    edges="A ticket that comes back is as old as it is (RL).",
    aggregation=Class.DISTRIBUTION,
    unit=Unit.SECONDS,
    good="down",
    min_n=5,
    drill="The tickets that stand unsolved at that instant, with creation and age.",
    pitfall="The median falls when many new tickets come: look at the oldest, too.",
)

unassigned_age = replace(
    open_age,
    name="unassigned_age",
    title="Age of what nobody owns",
    question="How long has been waiting what belongs to nobody?",
    definition="From a ticket's creation to the instant looked at, of the tickets that are unsolved and without an "
    "owner then; in whole seconds of wall-clock time.",
    source=Census(age_rows.unowned, columns=("start", "stop", "seconds")),
    statistics={**DURATION, "n": count("Unassigned tickets"), "max": most("The oldest")},
    default=("unassigned_age_median", "unassigned_age_p90", "unassigned_age_max", "unassigned_age_n"),
    drill="The tickets that stand unassigned at that instant, with creation and age.",
    pitfall="A ticket that was taken from its owner is as old as it is, not as long without one.",
)

awaiting_reply_age = replace(
    unassigned_age,
    name="awaiting_reply_age",
    title="Waiting for our reply since",
    question="Who waits for us, and how long?",
    definition="From a customer's oldest unanswered public message to the instant looked at, of the tickets that are "
    "unsolved then; in whole seconds of wall-clock time.",
    source=Census(age_rows.waiting, columns=("start", "stop", "seconds")),
    statistics={
        **DURATION,
        "n": count("Tickets that wait for us"),
        "max": most("The longest"),
        "1h": part("Over an hour", lambda row: row.wall_seconds > 3600),
        "1d": part("Over a day", lambda row: row.wall_seconds > DAY),
    },
    default=("awaiting_reply_age_max", "awaiting_reply_age_p90", "awaiting_reply_age_n"),
    edges="Ends with an agent's public reply that is no auto-reply, or with a solve. A merged ticket leaves.",
    drill="The tickets that wait for us at that instant, with the message that nobody answered, and seconds.",
    pitfall="",
)

silence = replace(
    unassigned_age,
    name="silence",
    title="Silence",
    question="Where has nobody said anything for long?",
    definition="From the last public word, a customer's or an agent's reply, to the instant looked at, of the tickets "
    "that are unsolved then, or else from their creation; in whole seconds of wall-clock time. A ticket is stale after "
    "seven days: five business days and a weekend.",
    source=Census(age_rows.silent, columns=("start", "stop", "seconds", "is_stale")),
    statistics={
        **DURATION,
        "n": count("Unsolved tickets"),
        "max": most("The longest"),
        "stale": counted("Stale", "is_stale"),
        "stale_share": Ratio("Stale share", Unit.SHARE, ("stale", "n")),
    },
    default=("silence_median", "silence_p90", "silence_stale_share", "silence_n"),
    edges="Notes, tags and what rules do are no word.",
    drill="The tickets that stand unsolved at that instant, with the last public word, and seconds.",
    pitfall="Tickets on hold are silent for good reasons: split by category.",
)

ball_in_court = Metric(
    name="ball_in_court",
    family="backlog",
    title="Ball in court",
    question="Who has to do something next?",
    definition="Unsolved tickets by who is next: others on HOLD; the customer in PENDING, and in NEW or OPEN once we "
    "have replied; we whenever a customer's message is unanswered, and where nobody has said anything.",
    dated="instant",
    source=Census(age_rows.courts, columns=("is_nobodys", "is_owned", "is_theirs", "is_third")),
    statistics={
        "": count("Unsolved tickets"),
        "unassigned": counted("Ours, nobody's", "is_nobodys"),
        "owned": counted("Ours, somebody's", "is_owned"),
        "customer": counted("The customer's", "is_theirs"),
        "third_party": counted("Others'", "is_third"),
    },
    default=(
        "ball_in_court", "ball_in_court_unassigned", "ball_in_court_owned", "ball_in_court_customer",
        "ball_in_court_third_party",
    ),
    edges="A merged ticket leaves at the merge.",
    aggregation=Class.SEMI_ADDITIVE,
    unit=Unit.TICKETS,
    good="neither",
    drill="The tickets that stand unsolved at that instant, and whose turn it is.",
    pitfall="Levels of several days must not be added.",
)  # fmt: skip

backlog_days = Metric(
    name="backlog_days",
    family="backlog",
    title="Backlog in days",
    question="How many days of work lie here?",
    definition="The backlog at an instant divided by the first solves a day of the 28 days before it, nights and "
    "weekends included.",
    dated="instant",
    source=Census(age_rows.cover, columns=("is_open",)),
    statistics={
        "": Ratio("Days", Unit.DAYS, ("open", "solves"), lambda unsolved, solves: unsolved / solves * 28),
        "open": Statistic(
            "Backlog", Unit.TICKETS, lambda row: row.n.sum(where=row.is_open), adds=True, holds=lambda row: row.is_open
        ),
        "solves": Statistic(
            "First solves of 28 days",
            Unit.TICKETS,
            lambda row: row.n.sum(where=~row.is_open),
            adds=True,
            holds=lambda row: ~row.is_open,
        ),
    },
    default=("backlog_days",),
    edges="As backlog and first_solves.",
    dimension_notes={"agent": "who owns the ticket, or owned it when it was solved"},
    aggregation=Class.RATIO,
    unit=Unit.DAYS,
    good="down",
    min_n=20,
    drill="The tickets that stand unsolved at that instant, and those first solved in the 28 days before.",
    pitfall="With fewer than twenty solves it jumps.",
)

mean_backlog = Metric(
    name="mean_backlog",
    family="backlog",
    title="Mean backlog",
    question="How much was unsolved all the while?",
    definition="The backlog at every instant of the period, averaged over the time that has passed of it.",
    dated="while it passes",
    source=Spent(stands_unsolved),
    statistics={
        "": Ratio("Tickets", Unit.TICKETS, ("hours", PASSED)),
        "hours": Statistic("Hours unsolved", Unit.HOURS, lambda rows: rows.seconds.sum() / 3600.0, adds=True),
    },
    default=("mean_backlog",),
    edges="Spans are cut at the edges of the period, at as_of and now. Without a start the first hour is that of the "
    "oldest ticket.",
    aggregation=Class.RATIO,
    unit=Unit.TICKETS,
    good="down",
    drill="The spans that overlap the period, with the start, stop and seconds that lie inside it.",
    pitfall="It hides the ten o'clock peak.",
)
