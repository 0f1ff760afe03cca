"""Flow: which ways tickets take, where they stop and come back, what piles up, and whether the books fit."""

from dashboards import stocks, ways
from dashboards.page import Choice, Headline, Key, Page, Study

STATES = frozenset({"ticket.created", "ticket.status_changed"})
PLACES = frozenset({"ticket.queue_changed", "ticket.assigned"})
EVERYTHING = STATES | PLACES | {"ticket.priority_changed"}

FLOW = Page(
    name="flow",
    title="Flow",
    choices=(
        Choice("ways", "Ways between",
               (("state", "States"), ("category", "Categories"), ("queue", "Queues"), ("agent", "People"))),
        Choice("stack", "What piles up", (("", "What waits"), ("done", "With what is done"))),
    ),
    headlines=(
        Headline("tickets_created", "created", STATES),
        Headline("wip", "in progress, with an owner", EVERYTHING, is_level=True),
        Headline("flow_efficiency", "of unsolved time it was our turn", STATES, n="flow_efficiency_n"),
        Headline("transfers", "moves between queues", PLACES),
        Headline("reopen_events", "reopened", STATES),
    ),
    panels=(
        Study(
            name="matrix",
            title="From where to where?",
            about=("process",),
            ask=ways.ask_ways,
            show=ways.matrix,
            moves_with=STATES | PLACES,
            draws=False,
        ),
        Study(
            name="variants",
            title="Which ways are usual?",
            about=("process",),
            ask=ways.ask_ways,
            show=ways.variants,
            moves_with=STATES | PLACES,
            width=6,
            draws=False,
        ),
        Study(
            name="stops",
            title="Where does the time go?",
            about=("process",),
            ask=ways.ask_ways,
            show=ways.stops,
            moves_with=STATES | PLACES,
            width=6,
            draws=False,
        ),
        Study(
            name="rework",
            title="What comes back?",
            about=("process",),
            ask=ways.ask_ways,
            show=ways.rework,
            moves_with=STATES | PLACES,
            width=6,
            draws=False,
        ),
        Study(
            name="balance",
            title="Do the numbers fit each other?",
            about=("littles_law",),
            ask=stocks.ask_balance,
            show=stocks.balance,
            moves_with=STATES,
            width=6,
            draws=False,
        ),
        Study(
            name="stack",
            title="What piles up?",
            about=("cumulative_flow",),
            ask=stocks.ask_stack,
            show=stocks.stack,
            moves_with=EVERYTHING,
            width=6,
            keys=(
                Key("--mark", "new"), Key("--mark-soft", "open"), Key("--band-beside", "pending"),
                Key("--mark-reference", "on hold"), Key("--band", "done since the start", only_with="stack"),
            ),
        ),
        Study(
            name="ageing",
            title="What is stuck?",
            about=("ageing_work",),
            ask=stocks.ask_ageing,
            show=stocks.ageing,
            moves_with=EVERYTHING,
            width=6,
            keys=(Key("--mark", "as long as usual"), Key("--mark-warn", "longer than 85 % of earlier visits")),
        ),
    ),
)  # fmt: skip
