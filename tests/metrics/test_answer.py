"""What an answer tells beside its numbers, and how little it reads for them."""

from datetime import UTC

from analytics import ask, measure, measure_query
from analytics.measure_small import Small
from core import clock
from tests.lake.history import History
from tests.metrics.questions import utc
from tests.metrics.shelf import shelf
from tests.world import at


def replied(*minutes: int, queue: str = "Billing", into: History | None = None) -> History:
    """A history of tickets of one queue, answered after so many minutes."""
    history = into or History()
    for after in minutes:
        history.ticket("mon 9:00", queue=queue).reply(f"mon 9:{after:02}")
    return history


def test_metrics_on_the_same_rows_are_read_in_one_scan() -> None:
    lake = shelf(replied(10).events)
    assert len(ask(["sla_attainment", "ticket_sla_attainment", "sla_burn"], by="queue", lake=lake).sql) == 1
    assert len(ask(["sla_breaches", "sla_breach_magnitude"], lake=lake).sql) == 1
    assert len(ask(["backlog", "queue_depth"], grain="day", lake=lake).sql) == 1


def test_levels_read_together_are_those_read_one_by_one() -> None:
    history = replied(10, 20)
    history.ticket("tue 9:00", queue="Technical").state("wed 9:00", "PENDING")
    lake, asked = shelf(history.events), {"by": "queue", "grain": "day", "since": at("tue 0:00")}
    both = measure(["backlog", "queue_depth"], lake=lake, **asked)
    for name in ("backlog", "queue_depth"):
        alone = measure(name, lake=lake, **asked).select("period", "queue", name).rows()
        assert set(alone) <= set(both.select("period", "queue", name).rows())
        assert alone


def test_a_ratio_tells_what_it_is_made_of_and_how_sure_it_is() -> None:
    history = History()
    for state in ("fulfilled", "fulfilled", "running"):
        life = history.ticket("mon 9:00").clock("mon 9:00", due="mon 10:00")
        life.clock("mon 9:30", due="mon 10:00", started="mon 9:00", state=state)
    with clock.at(at("tue 9:00")):
        row = measure("sla_attainment", lake=shelf(history.events)).row(0, named=True)
    assert (row["sla_attainment_met"], row["sla_attainment_due"]) == (2, 3)
    assert [round(row[f"sla_attainment{part}"], 4) for part in ("_low", "", "_high")] == [0.2077, 0.6667, 0.9385]


def test_percentiles_of_fewer_than_five_are_not_told_and_it_says_so() -> None:
    history = replied(10, 20, 30, 40, 50)
    lake = shelf(replied(10, 20, queue="Technical", into=history).events)
    answer = ask("first_reply_time", by="queue", lake=lake)
    told = answer.frame.select("queue", "first_reply_time_median", "first_reply_time_n").rows()
    assert told == [("Billing", 1800.0, 5), ("Technical", None, 2)]
    assert answer.small["first_reply_time"].to_list() == [Small.DOTS, Small.HIDDEN]
    assert "fewer than 5 are not told (1 cell)" in answer.not_told[0]
    assert measure("first_reply_time_median", by="queue", small="show", lake=lake)["first_reply_time_median"][1] == 900


def test_ranks_need_thirty() -> None:
    for n, said in ((29, Small.UNRANKED), (30, None)):
        answer = ask("first_reply_time", lake=shelf(replied(*range(1, n + 1)).events))
        assert answer.small["first_reply_time"].to_list() == [said]


def test_where_nothing_was_counted_nothing_is_said_of_its_size() -> None:
    answer = ask(["first_reply_time", "sla_attainment"], lake=shelf(History().events))
    assert answer.small.rows() == [(None, None)]
    assert answer.not_told == ()


def test_an_answer_says_how_many_rows_it_read() -> None:
    assert ask("first_reply_time", lake=shelf(replied(10, 20, 30).events)).rows_read == 3


def test_an_answer_says_as_of_when_and_in_whose_days() -> None:
    answer = ask("backlog", as_of=at("mon 9:00"), timezone="Europe/Berlin", lake=shelf(replied(10).events))
    assert (answer.as_of, answer.timezone, answer.position) == (utc("2026-01-05T09:00"), "Europe/Berlin", 3)
    assert answer.as_of.tzinfo is UTC


def test_sql_is_compiled_once_for_a_shape_and_rows_read_are_told() -> None:
    history = History()
    history.ticket("mon 9:00", queue="Billing")
    history.ticket("mon 9:00", queue="Technical")
    lake = shelf(history.events)
    ask("tickets_created", where={"queue": "Billing"}, lake=lake)
    before = measure_query.flow.cache_info()
    found = ask("tickets_created", where={"queue": "Technical"}, lake=lake)
    after = measure_query.flow.cache_info()
    assert (after.misses - before.misses, after.hits - before.hits) == (0, 1)
    assert (found.rows_read, found.frame.item(), len(found.sql)) == (1, 1, 1)
    assert "Technical" not in found.sql[0]
