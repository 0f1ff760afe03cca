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


@pytest.mark.parametrize("path", ["/survival", "/survival/tickets", "/closure"])
def test_customers_are_told_nothing(office: Office, path: str) -> None:
    office.analysis("cleo", path, 403)


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
