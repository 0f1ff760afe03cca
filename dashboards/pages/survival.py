"""Survival: how long it takes until a ticket is solved, those counted that still wait."""

from dashboards import curves
from dashboards.page import Choice, Headline, Key, Page, Study
from dashboards.theme import INK, MARK

STATES = frozenset({"ticket.created", "ticket.status_changed"})
SLICES = frozenset({"ticket.queue_changed", "ticket.assigned", "ticket.priority_changed"})
MEDIAN, N = "first_resolution_time_median", "first_resolution_time_n"

SURVIVAL = Page(
    name="survival",
    title="Survival",
    choices=(
        Choice(
            "by", "Split by",
            (("", "Nothing"), ("queue", "Queue"), ("priority", "Priority"), ("channel", "Channel"),
             ("organisation", "Organisation")),
        ),
    ),
    headlines=(
        Headline("tickets_created", "created", STATES),
        Headline("first_solves", "solved for the first time", STATES),
        Headline(MEDIAN, "median of what was solved in it", STATES, n=N),
        Headline("reopen_events", "reopened", STATES),
        Headline("backlog", "in the backlog", STATES | SLICES, is_level=True),
    ),
    panels=(
        Study(
            name="curve",
            title="How long until a ticket is solved?",
            about=("time_to_resolve",),
            ask=curves.ask_curves,
            show=curves.curve,
            moves_with=STATES,
            keys=(
                Key(MARK, "not solved yet, with its 95 % band", "line"),
                Key(INK, "the slice beside it", "dash", only_with="by"),
            ),
        ),
        Study(
            name="within",
            title="How likely is it solved by then?",
            about=("resolved_within",),
            ask=curves.ask_curves,
            show=curves.within,
            moves_with=STATES,
            width=6,
            draws=False,
        ),
        Study(
            name="quantiles",
            title="What may we promise?",
            about=("time_to_resolve",),
            ask=curves.ask_curves,
            show=curves.quantiles,
            moves_with=STATES,
            width=6,
            draws=False,
        ),
        Study(
            name="slices",
            title="Who waits longer?",
            about=("time_to_resolve",),
            ask=curves.ask_curves,
            show=curves.slices,
            moves_with=STATES,
            draws=False,
        ),
        Study(
            name="closure",
            title="Do we get faster or slower?",
            about=("closure_triangle",),
            ask=curves.ask_closure,
            show=curves.closure,
            moves_with=STATES,
            draws=False,
        ),
    ),
)  # fmt: skip
