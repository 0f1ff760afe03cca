"""Forecast: what will come, when the backlog is down, and how many people it takes."""

from dashboards import ahead, people
from dashboards.page import Choice, Field, Headline, Key, Page, Study
from dashboards.theme import BAND, BAND_BESIDE, MARK, MARK_SOFT, REFERENCE, WARN

STATES = frozenset({"ticket.created", "ticket.status_changed"})
NEVER: frozenset[str] = frozenset()

FORECAST = Page(
    name="forecast",
    title="Forecast",
    choices=(
        Choice("weeks", "Weeks ahead", tuple((n, n) for n in ("1", "2", "4", "8", "13")), start="4"),
        Choice("step", "In steps of", (("day", "Days"), ("hour", "Hours"))),
    ),
    headlines=(
        Headline("tickets_created", "created", STATES),
        Headline("solve_events", "solved", STATES),
        Headline("net_flow", "net", STATES),
        Headline("backlog", "in the backlog", STATES, is_level=True),
        Headline("backlog_days", "days of work in it", STATES, is_level=True),
    ),
    panels=(
        Study(
            name="arrivals",
            title="How much will come?",
            about=("arrival_forecast",),
            ask=ahead.ask_arrivals,
            show=ahead.arrivals,
            moves_with=NEVER,
            keys=(
                Key(REFERENCE, "came", "line"), Key(MARK, "expected", "line"), Key(MARK_SOFT, "50 % sure"),
                Key(BAND, "80 %"), Key(BAND_BESIDE, "95 %"), Key(WARN, "day off"),
            ),
        ),
        Study(
            name="test",
            title="Would it have been right?",
            about=("arrival_forecast",),
            ask=ahead.ask_arrivals,
            show=ahead.back_test,
            moves_with=NEVER,
            width=6,
            draws=False,
        ),
        Study(
            name="drain",
            title="When is the backlog down?",
            about=("drain_forecast",),
            ask=ahead.ask_drain,
            show=ahead.drain,
            moves_with=STATES,
            width=6,
            draws=False,
            form=(Field("target", "Down to tickets", "0"),),
        ),
        Study(
            name="live",
            title="How many people do phone and chat take?",
            about=("live_staffing",),
            ask=people.ask_live,
            show=people.live,
            moves_with=NEVER,
            width=6,
            draws=False,
            form=people.LIVE,
        ),
        Study(
            name="shifts",
            title="Do these shifts keep the promises?",
            about=("ticket_staffing",),
            ask=people.ask_tickets,
            show=people.tickets,
            moves_with=NEVER,
            width=6,
            draws=False,
            form=people.TICKETS,
        ),
    ),
)  # fmt: skip
