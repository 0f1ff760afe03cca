"""SLA: do we keep what we promised, what is broken now, how late are we when we are late."""

from functools import partial

from dashboards import chart
from dashboards.page import HOURS, Headline, Key, Page, Panel
from dashboards.theme import BREACH, MARK, REFERENCE

CLOCKS = frozenset(
    f"sla.clock.{what}"
    for what in ("activated", "applied", "paused", "resumed", "fulfilled", "cancelled", "breached", "warned")
)
SLICES = frozenset({"ticket.queue_changed", "ticket.assigned", "ticket.priority_changed"})
MEDIAN, P90, N = (f"sla_breach_magnitude_{name}" for name in ("median", "p90", "n"))

PROMISES = Page(
    name="sla",
    title="SLA",
    choices=(HOURS,),
    headlines=(
        Headline("sla_open_breached", "breached and open now", CLOCKS | SLICES, is_level=True),
        Headline("sla_at_risk", "at risk now", CLOCKS | SLICES, is_level=True),
        Headline("sla_attainment", "of the clocks due were met", CLOCKS, n="sla_attainment_due"),
        Headline("ticket_sla_attainment", "of the tickets kept every promise", CLOCKS, n="ticket_sla_attainment_n"),
        Headline(MEDIAN, "late when late, median", CLOCKS, n=N),
    ),
    panels=(
        Panel(
            name="attainment",
            title="Do we keep what we promised?",
            columns=("sla_attainment", "sla_attainment_due"),
            words={"sla_attainment": "Met", "sla_attainment_due": "n"},
            draw=partial(chart.shares, share="sla_attainment", n="sla_attainment_due"),
            keys=(Key(MARK, "share of the clocks due that were met", "line"),),
            moves_with=CLOCKS,
            option=("restated", "As restated"),
            width=8,
        ),
        Panel(
            name="broken",
            title="Where are promises broken now?",
            columns=("sla_open_breached",),
            words={"sla_open_breached": "Breached and open"},
            by="queue",
            is_now=True,
            draw=partial(chart.ranked, column="sla_open_breached", by="queue", colour=BREACH),
            moves_with=CLOCKS | SLICES,
            width=4,
        ),
        Panel(
            name="breaches",
            title="How often do we break one?",
            columns=("sla_breaches",),
            words={"sla_breaches": "Breaches"},
            draw=partial(chart.bars, column="sla_breaches", colour=BREACH),
            moves_with=CLOCKS,
            width=8,
        ),
        Panel(
            name="targets",
            title="Which ones do we break?",
            columns=("sla_breaches",),
            words={"sla_breaches": "Breaches"},
            by="target",
            draw=partial(chart.ranked, column="sla_breaches", by="target", colour=BREACH),
            moves_with=CLOCKS,
            width=4,
        ),
        Panel(
            name="lateness",
            title="When we are late, how late?",
            columns=(MEDIAN, P90, N),
            takes=lambda asked: (MEDIAN, P90, N) if asked.has_p90 else (MEDIAN, N),
            words={MEDIAN: "Median", P90: "Nine in ten within", N: "n"},
            draw=partial(chart.durations, median=MEDIAN, p90=P90, n=N),
            keys=(Key(MARK, "median", "line"), Key(REFERENCE, "nine in ten within", "dash", only_with="p90")),
            moves_with=CLOCKS,
            option=("p90", "Nine in ten"),
        ),
        Panel(
            name="policies",
            title="Under which policies?",
            columns=("sla_breaches",),
            words={"sla_breaches": "Breaches"},
            by="policy",
            draw=partial(chart.ranked, column="sla_breaches", by="policy", colour=BREACH),
            moves_with=CLOCKS,
        ),
        Panel(
            name="calendars",
            title="By whose hours?",
            columns=("sla_breaches",),
            words={"sla_breaches": "Breaches"},
            by="calendar",
            draw=partial(chart.ranked, column="sla_breaches", by="calendar", colour=BREACH),
            moves_with=CLOCKS,
        ),
        Panel(
            name="contested",
            title="Do clocks stand still while customers wait?",
            columns=("contested_pause_hours",),
            words={"contested_pause_hours": "Hours"},
            draw=partial(chart.bars, column="contested_pause_hours"),
            moves_with=frozenset({"message.added", "ticket.status_changed"}),
        ),
    ),
)
