"""Histories and questions by chance, spread over months, local midnights and nights on which clocks change."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from analytics import catalogue
from core.actor import ALL, Scope
from core.relation import Relation
from tests.lake.generated import openings, steps, take
from tests.lake.history import History, uid
from tests.metrics.reference import Asked

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Chatham")
GRAINS = (
    None,
    "hour",
    "day",
    "week",
    "month",
    "quarter",
    "year",
    "fiscal_week",
    "fiscal_month",
    "fiscal_quarter",
    "fiscal_year",
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


INSTANTS = [
    utc(text)
    for text in (
        "2025-12-31T22:59:59.500", "2025-12-31T23:00", "2026-01-05T09:00", "2026-01-05T09:00", "2026-01-05T09:20:30.25",
        "2026-02-28T18:30", "2026-03-01T05:00", "2026-03-08T06:59:59", "2026-03-08T07:00", "2026-03-29T00:59:59.9",
        "2026-03-29T01:00", "2026-03-29T01:15", "2026-04-04T14:59", "2026-04-04T15:00", "2026-04-04T15:40",
    )
]  # fmt: skip

instants = st.sampled_from(INSTANTS) | st.integers(0, 24 * 100).map(lambda n: INSTANTS[2] + timedelta(hours=n))


@st.composite
def histories(draw: st.DrawFn) -> History:
    """A few tickets whose events come interleaved, some late, some in one instant."""
    history = History()
    lives = []
    for _ in range(draw(st.integers(1, 4))):
        opening: dict[str, Any] = draw(openings) | {"opened": draw(instants)}
        opening["history_complete"] = draw(st.sampled_from([True, True, True, False]))
        opening["queue"] = draw(st.sampled_from(["Billing", "Technical"]))
        lives.append(history.ticket(**opening))
    for _ in range(draw(st.integers(0, 16))):
        take(draw(st.sampled_from(lives)), draw(instants), *draw(steps))
    return history


queues = st.sets(st.sampled_from([uid("Billing"), uid("Technical")]), min_size=1, max_size=2).map(frozenset)
relations = st.lists(st.sampled_from(list(Relation)), max_size=2, unique=True).map(lambda found: sorted(found, key=str))
related = relations.flatmap(lambda found: st.tuples(*(st.tuples(st.just(one), queues) for one in found)))

scopes = st.just(ALL) | st.builds(
    Scope,
    queue_ids=st.sets(st.sampled_from([uid("Billing"), uid("Technical")]), max_size=1).map(frozenset),
    requester_ids=st.sets(st.sampled_from([uid("Cleo"), uid("Nobody")]), max_size=1).map(frozenset),
    organisation_ids=st.sets(st.sampled_from([uid("Acme")]), max_size=1).map(frozenset),
    person_id=st.sampled_from([uid("Ana"), uid("Bo")]),
    related=related,
)

OF_TICKETS = tuple(name for name, metric in catalogue.METRICS.items() if metric.is_of_tickets)
"""What is of the platform has tests of its own (tests/checks)."""

WORDS = {
    "queue": [uid("Billing"), uid("Technical")],
    "state": [uid("NEW"), uid("OPEN"), uid("SOLVED"), uid("Vendor")],
    "category": ["NEW", "OPEN", "PENDING", "HOLD", "SOLVED"],
    "priority": [1, 2, 3, 4],
    "agent": [uid("Ana"), uid("Bo"), None],
    "organisation": [uid("Acme"), None],
    "channel": ["email"],
}

wheres = st.dictionaries(st.sampled_from(list(WORDS)), st.none(), max_size=1).flatmap(
    lambda names: st.fixed_dictionaries(
        {name: st.lists(st.sampled_from(WORDS[name]), min_size=1, max_size=2, unique=True) for name in names}
    )
)

bounds = st.none() | instants.map(lambda instant: instant.replace(tzinfo=None))


@st.composite
def questions(draw: st.DrawFn) -> Asked:
    """Any question to any metric."""
    since, until = draw(bounds), draw(bounds)
    if since and until and since > until:
        since, until = until, since
    metric = catalogue.METRICS[draw(st.sampled_from(OF_TICKETS))]
    return Asked(
        metric=metric.name,
        by=tuple(draw(st.lists(st.sampled_from(metric.dimensions), max_size=2, unique=True))),
        grain=draw(st.sampled_from(GRAINS)),
        since=since,
        until=until,
        as_of=draw(bounds),
        where=draw(wheres),
        scope=draw(scopes),
        timezone=draw(st.sampled_from(ZONES)),
    )
