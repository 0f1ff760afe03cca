"""Overview: do we keep up, what waits, how long until people hear back."""

from functools import partial

from dashboards import chart
from dashboards.asked import Asked
from dashboards.page import HANDS, HOURS, Headline, Key, Page, Panel
from dashboards.theme import INK, MARK, REFERENCE

STATES = frozenset({"ticket.created", "ticket.status_changed"})
SLICES = frozenset({"ticket.queue_changed", "ticket.assigned", "ticket.priority_changed"})
MESSAGES = frozenset({"message.added"})

MEDIAN, P90, N = (f"first_reply_time_{name}" for name in ("median", "p90", "n"))


def _reply_columns(asked: Asked) -> tuple[str, ...]:
    return (MEDIAN, P90, N) if asked.has_p90 else (MEDIAN, N)


OVERVIEW = Page(
    name="overview",
    title="Overview",
    choices=(HOURS, HANDS),
    headlines=(
        Headline("tickets_created", "created", STATES),
        Headline("solve_events", "solved", STATES),
        Headline("backlog", "in the backlog", STATES | SLICES, is_level=True),
        Headline("queue_depth", "wait for us", STATES | SLICES | MESSAGES, is_level=True),
        Headline(MEDIAN, "to the first reply, median", STATES | MESSAGES, n=N),
    ),
    panels=(
        Panel(
            name="flow",
            title="Are we keeping up?",
            columns=("tickets_created", "solve_events", "net_flow"),
            words={"tickets_created": "Created", "solve_events": "Solved", "net_flow": "Net"},
            draw=partial(chart.paired, up="tickets_created", down="solve_events", net="net_flow"),
            keys=(Key(MARK, "created"), Key(REFERENCE, "solved"), Key(INK, "net change of the backlog", "line")),
            moves_with=STATES | SLICES,
            width=8,
        ),
        Panel(
            name="queues",
            title="Where do people wait now?",
            columns=("queue_depth",),
            words={"queue_depth": "Waiting"},
            by="queue",
            is_now=True,
            draw=partial(chart.ranked, column="queue_depth", by="queue"),
            moves_with=STATES | SLICES | MESSAGES,
            width=4,
        ),
        Panel(
            name="backlog",
            title="How much is unsolved?",
            columns=("backlog",),
            words={"backlog": "Backlog"},
            draw=partial(chart.stepped, column="backlog"),
            moves_with=STATES | SLICES,
        ),
        Panel(
            name="reply",
            title="How long until people hear back?",
            columns=(MEDIAN, P90, N),
            takes=_reply_columns,
            words={MEDIAN: "Median", P90: "Nine in ten within", N: "n"},
            draw=partial(chart.durations, median=MEDIAN, p90=P90, n=N),
            keys=(Key(MARK, "median", "line"), Key(REFERENCE, "nine in ten within", "dash", only_with="p90")),
            moves_with=STATES | MESSAGES,
            option=("p90", "Nine in ten"),
        ),
    ),
)
