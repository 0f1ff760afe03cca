"""What a ticket adds to a number, and why, in words."""

import duckdb
import pytest

from analytics import catalogue
from analytics.explanation import Explained, explain
from analytics.metric import Ratio
from core import clock
from core.actor import Scope
from core.errors import NotFound
from tests.lake.history import History, uid
from tests.metrics.questions import utc
from tests.metrics.shelf import shelf

FIRST, SECOND = 1001, 1002


@pytest.fixture(scope="module")
def lake() -> duckdb.DuckDBPyConnection:
    history = History()
    history.ticket("mon 9:00").assign("mon 9:05", "Ana").reply("mon 9:20").state("mon 10:00", "SOLVED")
    history.ticket("mon 9:00", queue="Technical").reply("mon 10:00", "Bo")
    return shelf(history.events)


def explained(lake: duckdb.DuckDBPyConnection, ticket: int, metric: str, scope: Scope | None = None) -> Explained:
    with clock.at(utc("2026-01-06T00:00")):
        return explain(ticket, metric, lake=lake, **({"scope": scope} if scope else {}))


def test_a_count_says_when_and_where(lake: duckdb.DuckDBPyConnection) -> None:
    found = explained(lake, FIRST, "solve_events")
    assert (found.value, found.share) == (1, 1)
    assert [reason.sentence for reason in found.reasons] == [
        "Counts on Mon 5 Jan 2026 10:00 (status changed), in Billing, with Ana."
    ]
    assert [event.kind for event in found.reasons[0].events] == ["ticket.status_changed"]


def test_a_duration_says_from_what_to_what(lake: duckdb.DuckDBPyConnection) -> None:
    (reason,) = explained(lake, FIRST, "first_reply_time_mean").reasons
    assert reason.sentence == (
        "Counts 20 m: from Mon 5 Jan 2026 09:00 (created, message added) to Mon 5 Jan 2026 09:20 (message added), "
        "in Billing, with Ana."
    )


def test_what_stands_says_since_when(lake: duckdb.DuckDBPyConnection) -> None:
    (reason,) = explained(lake, SECOND, "backlog").reasons
    assert reason.sentence.startswith("Stands there since Mon 5 Jan 2026")
    assert reason.sentence.endswith("in Technical, with nobody.")


def test_a_mean_is_shared_by_what_each_brings(lake: duckdb.DuckDBPyConnection) -> None:
    shares = [explained(lake, ticket, "first_reply_time_mean").share for ticket in (FIRST, SECOND)]
    assert shares == [600, 1800]
    assert explained(lake, FIRST, "first_reply_time_mean").value == 2400


def test_a_percentile_is_nobodys_sum(lake: duckdb.DuckDBPyConnection) -> None:
    found = explained(lake, FIRST, "first_reply_time_p90")
    assert (found.column, found.of, found.share) == ("first_reply_time_p90", "first_reply_time_n", 1)


def test_a_ticket_that_is_not_behind_a_number_is_told_so(lake: duckdb.DuckDBPyConnection) -> None:
    technical = Scope(queue_ids=frozenset({uid("Technical")}), internal=True)
    sentences = set()
    for ticket, scope in ((SECOND, None), (9999, None), (FIRST, technical)):
        with pytest.raises(NotFound, match="not behind this number") as refusal:
            explained(lake, ticket, "solve_events", scope)
        sentences.add(str(refusal.value).replace(str(ticket), "#"))
    assert len(sentences) == 1


def test_bounds_are_no_multiples_of_their_parts() -> None:
    crooked = [
        name for name, (metric, suffix) in catalogue.COLUMNS.items()
        if isinstance(of := metric.statistics[suffix], Ratio) and not of.is_proportional
    ]  # fmt: skip
    assert crooked
    assert all(name.endswith(("_low", "_high")) for name in crooked)
