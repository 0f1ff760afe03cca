"""Analyses over HTTP: what is told, to whom, and what is refused."""

import pytest

from tests.metrics.conftest import Office

HOUR = 3600


def test_a_curve_tells_its_median_and_how_long_was_looked(office: Office) -> None:
    (curve,) = office.analysis("dov", "/survival", where="queue:Billing", within=[25 * HOUR])["curves"]
    assert (curve["n"], curve["solved"], curve["censored"]) == (3, 1, 2)
    quantiles = {one["share"]: one["seconds"] for one in curve["quantiles"]}
    assert (quantiles[0.5], quantiles[0.9]) == (25 * HOUR, None)
    assert curve["quantiles"][0]["longest_seconds"] == (7 * 24 - 3) * HOUR
    assert [(one["share"], one["at_risk"]) for one in curve["within"]] == [(0.5, 2)]
    assert [step["share"] for step in curve["steps"]] == [0.5, 0.5]


def test_curves_are_split_and_compared(office: Office) -> None:
    found = office.analysis("dov", "/survival", by="queue")
    assert [curve["values"]["queue"] for curve in found["curves"]] == ["Billing", "Technical"]
    assert found["difference"]["degrees_of_freedom"] == 1


def test_an_agent_is_told_of_their_own_queues_only(office: Office) -> None:
    assert [one["values"]["queue"] for one in office.analysis("ana", "/survival", by="queue")["curves"]] == ["Billing"]
    office.analysis("ana", "/survival", 422, where="queue:Technical")


def test_a_curve_opens_to_its_tickets_with_their_titles(office: Office) -> None:
    found = office.analysis("ana", "/survival/tickets")
    assert found["total"] == 3
    assert {one["title"]: one["outcome"] for one in found["items"]} == {
        "Invoice wrong": "solved", "=cmd|' /C calc'!A0": "open", "Win a prize": "left"
    }  # fmt: skip


def test_cohorts_close_as_they_grow_older(office: Office) -> None:
    (cohort,) = office.analysis("dov", "/closure", grain="day", since="2026-01-05", until="2026-01-06", steps=3)[
        "cohorts"
    ]
    assert (cohort["created"], cohort["left"], cohort["shares"]) == (3, 1, [0, 0.5, 0.5])


def test_a_live_channel_needs_so_many_agents(office: Office) -> None:
    found = office.analysis("dov", "/staffing/live", per_hour=200, handle_seconds=180, shrinkage=0.3, scheduled=18)
    assert (found["model"], found["required"]["agents"], found["gap"]) == ("Erlang C", 14, pytest.approx(2))
    found = office.analysis("dov", "/staffing/live", per_hour=200, handle_seconds=180, patience_seconds=120, agents=9)
    assert (found["model"], round(found["asked"]["p_abandon"], 6)) == ("Erlang A", 0.192156)


def test_how_high_it_stood_how_much_comes_from_few_and_how_late(office: Office) -> None:
    stood = office.analysis("dov", "/peak", of="backlog", above=1, since="2026-01-05", until="2026-01-07")["rows"]
    assert [(day["peak"], round(day["hours_above"])) for day in stood] == [(2, 12), (3, 24)]
    assert office.analysis("dov", "/concentration")["others"] + office.analysis("dov", "/concentration")["tickets"] == 3
    assert {one["late"] for one in office.analysis("dov", "/lateness")["rows"]} == {0}
    published = {"metric": "tickets_created", "published_at": "2026-01-06T00:00Z", "grain": "day"}
    assert office.analysis("dov", "/restatement", **published) == {"cells": 1, "restated": 0, "rate": 0.0}
    office.analysis("dov", "/restatement", 404, **{**published, "metric": "happiness"})


def test_whoever_leads_nobody_sees_only_their_own_hours(office: Office) -> None:
    assert office.analysis("ana", "/attendance", grain="day") == {"rows": []}
    assert office.analysis("ana", "/fairness")["gini"] is None


@pytest.mark.parametrize("path", ["/survival", "/survival/tickets", "/closure", "/attendance", "/restatement"])
def test_customers_are_told_nothing(office: Office, path: str) -> None:
    asked = {"metric": "backlog", "published_at": "2026-01-06"} if path == "/restatement" else {}
    office.analysis("cleo", path, 403, **asked)


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("/survival", {"by": "colour"}), ("/survival", {"since": "soon"}), ("/survival", {"within": 0}),
        ("/survival", {"since": "2026-02", "until": "2026-01"}), ("/closure", {"grain": "hour"}),
        ("/staffing/live", {"per_hour": 200}), ("/staffing/live", {"per_hour": 1e6, "handle_seconds": 86400}),
        ("/survival", {"where": "queue:'; drop table ticket; --"}),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_refused(office: Office, path: str, params: dict[str, object]) -> None:
    assert office.analysis("dov", path, 422, **params)["detail"]


def test_tickets_flow_from_state_to_state(office: Office) -> None:
    found = office.analysis("dov", "/flow", activity="category", where="queue:Billing")
    assert found["tickets"] == 2
    assert {(edge["source"]["name"], edge["target"]["name"]): edge["count"] for edge in found["transitions"]} == {
        ("NEW", "OPEN"): 1, ("OPEN", "SOLVED"): 1
    }  # fmt: skip
    assert sum(way["tickets"] for way in found["variants"]) + found["other_tickets"] == 2
    assert {stop["activity"]["name"]: stop["last"] for stop in found["stops"]} == {"NEW": 1, "OPEN": 0, "SOLVED": 1}


def test_states_and_people_go_by_their_names(office: Office) -> None:
    names = {stop["activity"]["name"] for stop in office.analysis("dov", "/flow", activity="queue")["stops"]}
    assert names == {"Billing", "Technical"}
    mine = office.analysis("ana", "/flow", activity="queue")
    assert [stop["activity"]["name"] for stop in mine["stops"]] == ["Billing"]


def test_the_books_balance(office: Office) -> None:
    found = office.analysis("dov", "/flow/balance", since="2026-01-05", until="2026-01-08")
    assert (found["arrivals"], found["departures"], found["closing"]) == (3, 1, 2)
    assert found["unexplained"] == pytest.approx(0, abs=1e-9)
    assert found["efficiency_tickets"] == 1


def test_every_ticket_stands_somewhere_in_a_cumulative_flow(office: Office) -> None:
    rows = office.analysis("dov", "/flow/cumulative", since="2026-01-05", until="2026-01-08")["rows"]
    assert [sum(row[name] for name in ("NEW", "OPEN", "PENDING", "HOLD", "SOLVED")) for row in rows] == [2, 3, 3]


def test_work_in_progress_has_titles_and_ages(office: Office) -> None:
    found = office.analysis("ana", "/flow/ageing")
    assert (found["total"], [one["title"] for one in found["items"]]) == (1, ["=cmd|' /C calc'!A0"])
    assert found["items"][0]["age_seconds"] == (7 * 24 - 3) * HOUR


def test_a_forecast_without_history_says_what_it_needs(office: Office) -> None:
    found = office.analysis("dov", "/forecast/arrivals", weeks=1, country="DE")
    assert (found["rows"], found["test"]) == ([], None)
    assert "whole weeks of history" in found["reason"]


def test_nobody_knows_yet_when_the_backlog_is_gone(office: Office) -> None:
    found = office.analysis("dov", "/forecast/drain", weeks=1)
    assert (found["state"], found["backlog"], found["days"]) == ("unknown", 2, None)


def test_shifts_are_lived_through(office: Office) -> None:
    asked = {"shifts": "mon-fri 9:00-17:00 = 2", "handle_minutes": 10, "target_minutes": 480, "runs": 5, "weeks": 1}
    found = office.analysis("dov", "/staffing/tickets", **asked)
    assert (found["fewest"], found["opening"], found["expected_tickets"]) == (1, 2, 3)
    assert found["shifts"]["p_kept"] == 1
    assert "history" in found["reason"]
    assert office.analysis("dov", "/staffing/tickets", **asked) == found
    assert office.analysis("dov", "/staffing/tickets", 422, **{**asked, "shifts": "always"})["detail"]


def test_what_an_analysis_says_opens_to_its_rows_for_each_what_they_see(office: Office) -> None:
    day = {"of": "backlog", "since": "2026-01-05", "until": "2026-01-07"}
    highest = office.analysis("dov", "/peak", **day)["rows"][1]
    found = office.analysis("dov", "/peak/behind", part="peak", period=highest["period"], **day)
    assert found["total"] == highest["peak"] == len(found["items"]) == 3
    assert {row["title"] for row in found["items"]} >= {"Invoice wrong", "Router down"}
    assert office.analysis("ana", "/peak/behind", part="peak", period=highest["period"], **day)["total"] == 2
    assert office.analysis("dov", "/attendance/behind", part="online_hours")["total"] == 0
    office.analysis("dov", "/fairness/behind", 422, part="open")
    office.analysis("dov", "/lateness/behind", 422, part="late", above="3")


def test_to_take_what_is_behind_an_analysis_out_takes_the_right_to_export(office: Office) -> None:
    path = "/api/v1/analysis/lateness/behind?part=events&format=csv&timezone=Europe/Berlin"
    taken = office.house.dov.get(path)
    lines = taken.text.splitlines()
    assert len(lines) == 1 + office.analysis("dov", "/lateness")["rows"][0]["events"]
    assert taken.headers["Clearqueue-Time-Zone"] == "Europe/Berlin"
    assert lines[0].startswith("ticket_id,number,title,kind,source,occurred_at,recorded_at")
    assert office.house.ana.get(path).status_code == 403


def test_few_are_told_without_an_index(office: Office) -> None:
    found = office.analysis("dov", "/comparison", of="full_resolution_time", by="queue")
    assert [(row["name"], row["tickets"], row["index"]) for row in found["rows"]] == [("Billing", 1, None)]
    assert office.analysis("dov", "/comparison/behind", part="tickets", by="queue")["total"] == 1
