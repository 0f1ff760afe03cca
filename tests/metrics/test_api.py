"""Numbers over HTTP: to each what they may see, in the format that they ask for, and down to the tickets."""

from io import BytesIO
from typing import Any, get_args

import polars as pl
import pytest

from analytics import catalogue
from analytics.measure_dimensions import DIMENSIONS
from app.numbers.asking import Dimension
from tests.metrics.conftest import Office


def rows(office: Office, who: str, name: str, **params: object) -> list[dict[str, Any]]:
    answer: Any = office.get(who, f"/{name}", **params)
    return answer["rows"]


def test_the_catalogue_tells_every_metric(office: Office) -> None:
    told: Any = office.get("ana", "")
    assert [item["name"] for item in told["items"]] == list(catalogue.METRICS)
    assert all(item["definition"] and item["numbers"] for item in told["items"])
    assert [item["name"] for item in told["items"] if not item["dimensions"]] == ["reconciliation_gap"]


def test_numbers_are_split_and_named(office: Office) -> None:
    found = rows(office, "admin", "tickets_created", by="queue")
    assert [(row["queue"], row["tickets_created"]) for row in found] == [("Billing", 2), ("Technical", 1)]
    assert found[0]["queue_id"] == str(office.house.world.billing)


def test_every_dimension_can_be_asked_for(office: Office) -> None:
    assert set(get_args(Dimension)) == set(DIMENSIONS)
    assert rows(office, "dov", "sla_attainment", by="calendar") == []


def test_who_works_one_queue_gets_the_numbers_of_that_queue(office: Office) -> None:
    assert [rows(office, who, "tickets_created")[0]["tickets_created"] for who in ("ana", "bo", "dov")] == [2, 1, 3]


def test_days_are_those_of_the_zone_asked_for(office: Office) -> None:
    found = rows(office, "dov", "tickets_created", grain="day", timezone="Pacific/Auckland")
    assert found[0] == {"period": "2026-01-05T00:00:00+13:00", "tickets_created": 1}


def test_several_metrics_come_in_one_answer(office: Office) -> None:
    (row,) = rows(office, "dov", "solve_events,first_reply_time_median", small="show")
    assert row == {"solve_events": 1, "first_reply_time_median": 1500.0, "small": {"first_reply_time": "dots"}}


def test_an_answer_tells_what_it_rests_on_and_what_it_does_not_tell(office: Office) -> None:
    told: Any = office.get("dov", "/first_reply_time", as_known_at="2026-01-06")
    assert (told["rows"][0]["first_reply_time_median"], told["rows_read"]) == (None, 1)
    assert "fewer than 5" in told["not_told"][0]
    assert told["definitions"][0]["population"] == catalogue.METRICS["first_reply_time"].population
    assert told["snapshot"] > 0


@pytest.mark.parametrize(
    ("path", "asked", "said"),
    [
        ("/backlog", {"as_of": "2199-01-01"}, "`as_of` must not lie in the future"),
        ("/backlog", {"grain": "minute"}, "There is no grain 'minute'; there are hour, day"),
        ("/backlog", {"where": "colour:red"}, "'colour:red' is no filter; write a dimension and a value"),
        ("/backlog", {"attribution": "actor"}, "cannot be attributed to the actor: it is nobody's work"),
        ("/tickets_created/tickets", {"period": "2026-01-05"}, "Say the `grain` of that period"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_words(office: Office, path: str, asked: Any, said: str) -> None:
    status, sentence = office.refused("dov", path, **asked)
    assert status == 422
    assert said in sentence


def test_the_past_is_asked_with_as_of(office: Office) -> None:
    (row,) = rows(office, "ana", "backlog", as_of="2026-01-05T12:35Z")
    assert row == {"backlog": 3}  # what is spam today was none then


def test_answers_are_kept_for_each_reader_apart(office: Office) -> None:
    asked = {"by": "queue", "since": "2026-01-05", "until": "2026-01-07"}
    for is_cached in (False, True):
        for who, counted in (("ana", [2]), ("bo", [1]), ("dov", [2, 1])):
            told: Any = office.get(who, "/tickets_created", **asked)
            assert [row["tickets_created"] for row in told["rows"]] == counted
            assert told["cached"] is is_cached


def test_what_hangs_on_the_clock_is_asked_anew(office: Office) -> None:
    told: list[Any] = [office.get("dov", "/status_time_hours") for _ in range(2)]
    assert [answer["cached"] for answer in told] == [False, False]


def test_a_number_stands_beside_that_of_the_week_before(office: Office) -> None:
    (row,) = rows(office, "dov", "tickets_created", since="2026-01-06", until="2026-01-07", compare="previous")
    assert row == {"tickets_created": 1, "tickets_created_before": 2, "tickets_created_change": -1}


def test_a_number_opens_to_its_tickets_with_their_titles(office: Office) -> None:
    told: Any = office.get("ana", "/first_reply_time_p90/tickets", where="queue:Billing")
    assert told["total"] == 1
    assert {name: told["items"][0][name] for name in ("title", "seconds", "agent", "queue", "started_at")} == {
        "title": "Invoice wrong", "seconds": 1200, "agent": "Ana", "queue": "Billing",
        "started_at": "2026-01-05T09:00:00+00:00",
    }  # fmt: skip


def test_one_period_of_a_series_opens(office: Office) -> None:
    told: Any = office.get("dov", "/tickets_created/tickets", grain="day", period="2026-01-06")
    assert [item["title"] for item in told["items"]] == ["Router down"]


def test_pages_of_a_drill_follow_each_other(office: Office) -> None:
    pages: Any = [office.get("dov", "/tickets_created/tickets", limit=2, offset=offset) for offset in (0, 2)]
    assert [len(page["items"]) for page in pages] == [2, 1]
    assert [page["total"] for page in pages] == [3, 3]


def test_spreadsheets_get_no_formulas(office: Office) -> None:
    answer = office.house.dov.get("/api/v1/metrics/tickets_created/tickets", headers={"accept": "text/csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    assert "'=cmd|" in answer.text
    assert ",=cmd|" not in answer.text


@pytest.mark.parametrize(("form", "read"), [("parquet", pl.read_parquet), ("arrow", pl.read_ipc_stream)])
def test_programs_get_tables(office: Office, form: str, read: Any) -> None:
    answer = office.house.dov.get("/api/v1/metrics/backlog", params={"by": "queue", "format": form})
    assert read(BytesIO(answer.content)).select("queue", "backlog").rows() == [("Billing", 1), ("Technical", 1)]


def test_customers_are_told_no_numbers(office: Office) -> None:
    assert [office.refused("cleo", path)[0] for path in ("", "/backlog", "/backlog/tickets")] == [403] * 3


def test_an_unknown_metric_names_the_nearest(office: Office) -> None:
    status, sentence = office.refused("ana", "/ticket_created")
    assert (status, "tickets_created" in sentence) == (404, True)


def test_a_queue_out_of_sight_is_refused_like_one_that_is_not_there(office: Office) -> None:
    hidden = office.refused("ana", "/backlog", where="queue:Technical")
    unknown = office.refused("ana", "/backlog", where="queue:Nonsense")
    assert hidden == (422, unknown[1].replace("Nonsense", "Technical"))


@pytest.mark.parametrize(
    "params",
    [
        {"by": "colour"}, {"where": "colour:red"}, {"where": "Billing"}, {"since": "soon"}, {"timezone": "Mars"},
        {"since": "2026-02", "until": "2026-01"}, {"grain": "hour", "since": "1971"}, {"since": "0001-01-01"},
        {"where": "priority:9"}, {"where": "category:x' or 1=1 --"}, {"grain": "decade"},
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_refused_with_a_sentence(office: Office, params: dict[str, str]) -> None:
    status, sentence = office.refused("dov", "/backlog", **params)
    assert status == 422
    assert sentence


@pytest.mark.parametrize("poison", ["'; drop table ticket; --", '" or "1"="1', "Billing' or 'a'='a", "$scope_queue_0"])
def test_words_never_become_sql(office: Office, poison: str) -> None:
    for name in ("queue", "agent", "organisation", "state", "channel"):
        assert office.refused("ana", "/backlog", where=f"{name}:{poison}")[0] == 422
    assert office.refused("ana", "/backlog", by=poison)[0] == 422
    assert rows(office, "ana", "backlog") == [{"backlog": 1}]


def test_the_house_says_when_its_year_begins_and_a_question_may_differ(office: Office) -> None:
    (row,) = rows(office, "dov", "tickets_created", grain="fiscal_year", fiscal_start="04-06")
    assert row == {"period": "2025-04-06T00:00:00+00:00", "tickets_created": 3}
    (row,) = rows(office, "dov", "tickets_created", grain="fiscal_year")
    assert row["period"] == "2026-01-01T00:00:00+00:00"


def test_an_answer_says_in_whose_hours_and_whose_work(office: Office) -> None:
    told: Any = office.get("dov", "/first_reply_time", basis="business", attribution="owner", small="show", by="agent")
    assert (told["basis"], told["attribution"]) == ("business", "owner")
    opened: Any = office.get("dov", "/first_reply_time_mean/tickets", basis="business")
    assert opened["total"] == 2
    assert office.refused("dov", "/backlog", basis="business")[0] == 422
    assert office.refused("dov", "/backlog", attribution="actor")[0] == 422


def test_a_ticket_is_told_why_it_counts(office: Office) -> None:
    told: Any = office.get("ana", f"/first_reply_time_mean/tickets/{office.invoice.number}")
    assert (told["value"], told["share"], told["of"]) == (1200, 1200, "first_reply_time_mean")
    (reason,) = told["reasons"]
    assert reason["sentence"].startswith("Counts 20 m: from Mon 5 Jan 2026 09:00 (")
    assert "message.added" in [event["kind"] for event in reason["events"]]
    assert office.get("ana", f"/first_reply_time_mean/tickets/{office.invoice.id}") == told


def test_a_ticket_out_of_sight_is_as_one_that_is_not_behind_the_number(office: Office) -> None:
    hidden = office.refused("bo", f"/tickets_created/tickets/{office.invoice.number}")
    nothing = office.refused("bo", "/tickets_created/tickets/99999")
    assert hidden == (404, nothing[1].replace("99999", str(office.invoice.number)))


def test_a_change_is_told_slice_by_slice(office: Office) -> None:
    told: Any = office.get("dov", "/tickets_created/moved", since="2026-01-06", until="2026-01-07", by="queue")
    assert (told["before"], told["now"], told["change"]) == (2, 1, -1)
    assert [(row["value"], row["change"]) for row in told["rows"]] == [("Billing", -2), ("Technical", 1)]
    assert office.refused("dov", "/first_reply_time/moved", since="2026-01-06")[0] == 422
    assert office.refused("dov", "/tickets_created/moved")[0] == 422


@pytest.mark.parametrize("form", ["csv", "parquet", "arrow", "xlsx"])
def test_a_file_says_whose_days_it_tells_and_holds_all_rows(office: Office, form: str) -> None:
    path = "/api/v1/metrics/tickets_created/tickets"
    answer = office.house.dov.get(path, params={"format": form, "timezone": "Europe/Berlin"})
    assert answer.headers["clearqueue-time-zone"] == "Europe/Berlin"
    assert int(answer.headers["content-length"]) == len(answer.content)
    if form == "csv":
        assert [line.count("+01:00") for line in answer.text.splitlines()] == [0, 1, 1, 1]


def test_what_is_asked_in_its_own_way_stands_in_the_catalogue_with_where(office: Office) -> None:
    paths = office.house.api.openapi()["paths"]
    listed = office.get("dov", "")
    assert isinstance(listed, dict)
    assert {one["path"] for one in listed["analyses"]} <= set(paths)
    assert {"time_to_resolve", "arrival_forecast", "data_freshness"} <= {one["name"] for one in listed["analyses"]}
