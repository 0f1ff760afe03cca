"""How long until it is done."""

from dataclasses import replace

from analytics.measure_steps import Keep, is_unsolved
from analytics.metric import AMOUNT, DURATION, Class, Flow, Metric, Unit
from analytics.metrics import rows, solve_rows
from core.events import Category

full_resolution_time = Metric(
    name="full_resolution_time",
    family="resolution",
    title="Full resolution time",
    question="How long until a ticket is done for good?",
    definition="From a ticket's creation to the solve that still stands; in whole seconds of wall-clock time.",
    dated="standing solve",
    source=Flow(rows.standing_solves, columns=("start", "stop", "seconds")),
    statistics=DURATION,
    default=("full_resolution_time_median", "full_resolution_time_p90", "full_resolution_time_n"),
    population="Tickets that stand solved but those that are spam or deleted; imported ones if their history is "
    "complete.",
    complete_only=True,
    edges="Withdrawn when the ticket reopens, and restated at its next solve (RL).",
    dimension_notes={"agent": "who owned the ticket when it was solved", "state": "the state it was solved into"},
    aggregation=Class.DISTRIBUTION,
    unit=Unit.SECONDS,
    good="down",
    min_n=5,
    drill="The tickets, with creation, the solve that stands and seconds.",
    pitfall="Only solved tickets are in it, so a young month looks fast.",
)

first_resolution_time = replace(
    full_resolution_time,
    name="first_resolution_time",
    title="First resolution time",
    question="How long until a ticket is solved for the first time?",
    definition="From a ticket's creation to its first solve, or to its closing without one; in whole seconds of "
    "wall-clock time.",
    dated="event",
    source=Flow(solve_rows.first_resolutions, columns=("start", "stop", "seconds")),
    default=("first_resolution_time_median", "first_resolution_time_p90", "first_resolution_time_n"),
    population="Tickets that were ever solved but those that are spam or deleted; imported ones if their history is "
    "complete.",
    edges="Frozen at the first solve, whatever happens later (R1).",
    drill="The tickets first solved in the period, with creation, solve and seconds.",
    pitfall="Easy tickets are solved first, so a young month looks fast: time_to_resolve has the open ones in it.",
)

cycle_time = replace(
    first_resolution_time,
    name="cycle_time",
    title="Cycle time",
    question="How long does a ticket take once somebody begins?",
    definition="From a ticket's first owner, or the first thing that an agent did to it, to its first solve; in whole "
    "seconds of wall-clock time.",
    source=Flow(solve_rows.cycles, columns=("start", "stop", "seconds")),
    default=("cycle_time_median", "cycle_time_p90", "cycle_time_n"),
    drill="The tickets first solved in the period, with the beginning of work, solve and seconds.",
    pitfall="The wait before it is not in it: first_resolution_time has both.",
)

reopen_to_resolve = replace(
    first_resolution_time,
    name="reopen_to_resolve",
    title="From reopening to solve",
    question="How long until what came back is solved again?",
    definition="From each reopening of a ticket to the next solve; in whole seconds of wall-clock time.",
    source=Flow(solve_rows.repairs, columns=("start", "stop", "seconds")),
    default=("reopen_to_resolve_median", "reopen_to_resolve_p90", "reopen_to_resolve_n"),
    population="Reopenings that ended in a solve, of tickets but those that are spam or deleted; imported ones if "
    "their history is complete.",
    edges="Each reopening by itself (RC).",
    drill="The reopenings, with the next solve and seconds.",
    pitfall="Those that are still open are not in it.",
)


def _wait(metric: Metric, column: str, keep: Keep) -> Metric:
    """Time that a solved ticket spent in some spans of its life; it comes with its name and its words."""
    return replace(
        metric,
        definition=f"{metric.definition}, of tickets that stand solved, until that solve; in whole seconds of "
        "wall-clock time.",
        source=Flow(solve_rows.waits(column, keep), columns=("start", "stop", "seconds"), counts_hours=True),
        default=tuple(f"{metric.name}_{of}" for of in ("median", "p90", "n")),
        edges="Goes on after a reopening, and is restated at the next solve (RL).",
        drill="The tickets, with creation, the solve that stands and these seconds of the time between.",
    )


agent_work_time = _wait(
    replace(
        full_resolution_time,
        name="agent_work_time",
        title="Agent work time",
        question="How long was the ball in our court?",
        definition="Time in NEW or OPEN",
        pitfall="It is waiting for us, not work: nobody may have looked at it.",
    ),
    "work_seconds",
    lambda span: span.category.isin([*solve_rows.WORK]),
)

agent_wait_time = _wait(
    replace(
        full_resolution_time,
        name="agent_wait_time",
        title="Time waiting for customers",
        question="How long did we wait for customers?",
        definition="Time in PENDING",
        pitfall="It does not tell that agents were idle.",
    ),
    "pending_seconds",
    lambda span: span.category == Category.PENDING,
)

hold_time = _wait(
    replace(
        full_resolution_time,
        name="hold_time",
        title="Time on hold",
        question="How long did we wait for others?",
        definition="Time in HOLD",
        pitfall="It does not tell for whom.",
    ),
    "hold_seconds",
    lambda span: span.category == Category.HOLD,
)

requester_wait_time = _wait(
    replace(
        full_resolution_time,
        name="requester_wait_time",
        title="Requester wait time",
        question="How long did people wait for us or ours?",
        definition="Time in NEW, OPEN or HOLD",
        pitfall="Setting tickets to pending cuts it: look at contested_pause_hours beside it.",
    ),
    "requester_wait_seconds",
    lambda span: span.category.isin([*solve_rows.WORK, Category.HOLD]),
)

unassigned_time = _wait(
    replace(
        full_resolution_time,
        name="unassigned_time",
        title="Unassigned time",
        question="How long did tickets belong to nobody?",
        definition="Unsolved time without an owner",
        pitfall="Nights and weekends are in it.",
    ),
    "unassigned_seconds",
    lambda span: is_unsolved(span.category) & span.agent_id.isnull(),
)

replies_to_resolution = Metric(
    name="replies_to_resolution",
    family="resolution",
    title="Replies to resolution",
    question="How often must we answer until it is done?",
    definition="The number of public replies by agents until the solve that still stands.",
    dated="standing solve",
    source=Flow(solve_rows.replies, columns=("amount",)),
    statistics=AMOUNT,
    default=("replies_to_resolution_median", "replies_to_resolution_p90", "replies_to_resolution_n"),
    population=full_resolution_time.population,
    complete_only=True,
    edges="Withdrawn when the ticket reopens, and restated at its next solve (RL).",
    dimension_notes=full_resolution_time.dimension_notes,
    aggregation=Class.DISTRIBUTION,
    unit=Unit.EVENTS,
    good="down",
    min_n=5,
    drill="The tickets, with the solve that stands and the number of replies.",
    pitfall="Each message of a chat counts.",
)
