"""What moved a number: the parts sum to the change, whatever the number is made of."""

from datetime import date
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics import catalogue
from analytics.movement import Moved, moved
from core import clock
from core.errors import Invalid
from tests.depth import examples
from tests.lake.history import History
from tests.metrics.questions import utc
from tests.metrics.shelf import shelf
from tests.metrics.test_drill import company

__all__ = ["company"]
MARCH = {"since": date(2026, 3, 1), "until": date(2026, 4, 1)}


def asked(lake: duckdb.DuckDBPyConnection, metric: str, **more: Any) -> Moved:
    with clock.at(utc("2026-12-01T00:00")):
        return moved(metric, lake=lake, **{**MARCH, **more})


def parts(found: Moved) -> dict[str, tuple[float, ...]]:
    return {row["value"]: (row["change"], row["rate"], row["mix"]) for row in found.frame.iter_rows(named=True)}


def test_a_count_moves_by_what_its_slices_do() -> None:
    history = History()
    for day, queue in (("2026-02-10", "Billing"), ("2026-03-10", "Billing"), ("2026-03-11", "Technical")):
        history.ticket(utc(f"{day}T09:00"), queue=queue)
    found = asked(shelf(history.events), "tickets_created", by="queue")
    assert (found.before, found.now, found.change) == (1, 2, 1)
    assert parts(found) == {"Technical": (1, None, None), "Billing": (0, None, None)}


def test_a_mean_moves_by_values_and_by_weights() -> None:
    """Billing answers in 10 minutes as ever; Technical now in 20, not 30; and more comes to Technical."""
    history = History()
    days = {2: ("Billing", "Billing", "Billing", "Technical"), 3: ("Billing", "Technical", "Technical", "Technical")}
    minutes = {(2, "Billing"): 10, (3, "Billing"): 10, (2, "Technical"): 30, (3, "Technical"): 20}
    for month, queues in days.items():
        for queue in queues:
            life = history.ticket(utc(f"2026-0{month}-10T09:00"), queue=queue)
            life.reply(utc(f"2026-0{month}-10T09:{minutes[month, queue]}"))
    found = asked(shelf(history.events), "first_reply_time_mean", by="queue")
    assert (found.before, found.now) == (900, 1050)
    told = parts(found)
    assert told["Billing"] == pytest.approx((-0.5 * (600 - 975), 0, -0.5 * (600 - 975)))
    assert told["Technical"] == pytest.approx((-600 * 0.5 + 0.5 * (1500 - 975), -300, 0.5 * (1500 - 975)))
    assert sum(part[0] for part in told.values()) == pytest.approx(found.change)


@settings(max_examples=examples(12), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 10**6), data=st.data())
def test_the_parts_sum_to_the_change(company: duckdb.DuckDBPyConnection, place: int, data: st.DataObject) -> None:
    columns = list(catalogue.COLUMNS)
    column = columns[place % len(columns)]
    split = data.draw(st.sampled_from(catalogue.COLUMNS[column][0].dimensions))
    since = data.draw(st.sampled_from([date(2026, 1, 5), date(2026, 2, 1), date(2026, 3, 1)]))
    try:
        found = asked(company, column, by=split, since=since)
    except Invalid:
        return  # it is no sum of its slices
    assert found.frame["change"].sum() == pytest.approx(found.change)
    split_up = found.frame.drop_nulls("rate")
    assert (split_up["rate"] + split_up["mix"]).to_list() == pytest.approx(split_up["change"].to_list())


@pytest.mark.parametrize(
    ("column", "hint"),
    [
        ("first_reply_time", "first_reply_time_mean"), ("sla_attainment_low", "Ask for sla_attainment"),
        ("tickets_touched", "no sum"),
    ],
)  # fmt: skip
def test_what_is_no_sum_is_refused_with_what_is(column: str, hint: str) -> None:
    with pytest.raises(Invalid, match=hint):
        asked(shelf([]), column)
