"""By what customers, agents and queues were at the event, and by what they are today."""

from typing import Any

import pytest

from analytics import measure, tickets
from core import clock
from core.errors import Invalid
from core.events import Event, OrganisationDefined, PersonDefined, QueueDefined
from core.ledger import Envelope
from tests.lake.history import History, house, uid
from tests.metrics.shelf import shelf
from tests.world import at


def told(*said: tuple[str, Event]) -> list[Envelope]:
    return [house(when, event, n) for n, (when, event) in enumerate(said)]


def acme(tier: str) -> OrganisationDefined:
    return OrganisationDefined(organisation_id=uid("Acme"), name="Acme", tier=tier, region="EU")


def queue(name: str, parent: str | None = None) -> QueueDefined:
    return QueueDefined(queue_id=uid(name), name=name, parent_id=parent and uid(parent))


HOUSE = told(
    ("mon 6:00", acme("silver")), ("wed 6:00", acme("gold")), ("mon 6:00", queue("Billing", "Sales")),
    ("mon 6:00", queue("Technical")), ("mon 6:00", PersonDefined(person_id=uid("Bo"), role="agent")),
    ("tue 9:30", PersonDefined(person_id=uid("Bo"), role="supervisor")),
)  # fmt: skip


@pytest.fixture(scope="module")
def lake() -> Any:
    """Acme is silver until Wednesday, then gold; Billing stands under Sales; Bo leads from Tuesday on."""
    history = History()
    history.ticket("mon 9:00").reply("mon 10:00", "Bo").state("mon 11:00", "SOLVED")
    history.ticket("tue 9:00", queue="Technical").reply("tue 10:00", "Bo")
    history.ticket("thu 9:00").reply("thu 10:00", "Ana")
    history.ticket("thu 9:00", organisation=None)
    return shelf([*HOUSE, *history.events])


def split(lake: Any, metric: str, by: str, **asked: Any) -> dict[str, int]:
    with clock.at(at("week 2 mon 9:00")):
        frame = measure(metric, by=by, lake=lake, **asked)
    return dict(frame.select(by, metric).rows())


def test_a_customer_counts_as_what_it_was_then(lake: Any) -> None:
    assert split(lake, "tickets_created", "tier") == {"silver": 2, "gold": 1, "(none)": 1}
    assert split(lake, "tickets_created", "tier_current") == {"gold": 3, "(none)": 1}
    assert split(lake, "tickets_created", "tier_current", as_of=at("tue 12:00")) == {"silver": 2}


def test_what_stands_is_split_by_what_its_customers_are_today(lake: Any) -> None:
    assert split(lake, "backlog", "tier_current") == {"gold": 2, "(none)": 1}
    with pytest.raises(Invalid, match="cannot be split by 'tier'"):
        measure("backlog", by="tier", lake=lake)
    with clock.at(at("week 2 mon 9:00")):
        series = measure("backlog", by="tier_current", grain="day", since=at("mon 0:00"), lake=lake)
    assert series.filter(tier_current="gold")["backlog"].to_list() == [0, 1, 1, 2]


def test_roles_are_those_of_whoever_did_it(lake: Any) -> None:
    assert split(lake, "public_replies", "role") == {"agent": 1, "supervisor": 1, "(none)": 1}
    assert split(lake, "public_replies", "role_current") == {"supervisor": 2, "(none)": 1}


def test_a_queue_without_one_above_is_its_own_team(lake: Any) -> None:
    assert split(lake, "tickets_created", "team") == {"Sales": 3, "Technical": 1}
    assert split(lake, "tickets_created", "team", where={"team": "Sales"}) == {"Sales": 3}


def test_what_a_metric_brings_along_from_another_stays_away_where_that_one_cannot_be_split_so(lake: Any) -> None:
    assert "status_time_hours" in measure("status_time", by="queue", lake=lake).columns
    assert "status_time_hours" not in measure("status_time", by="team", lake=lake).columns
    assert "status_time_hours" not in measure("status_time", where={"tier": None}, lake=lake).columns
    with pytest.raises(Invalid, match="status_time_hours cannot be split by 'team'"):
        measure("status_time_hours", by="team", lake=lake)


def test_what_stands_moves_with_its_queue_to_another_team() -> None:
    history = History()
    history.ticket("mon 9:00").move("tue 9:00", "Technical")
    moved = shelf([*HOUSE, *history.events])
    with clock.at(at("wed 9:00")):
        series = measure("backlog", by="team_current", grain="day", since=at("mon 0:00"), lake=moved)
    assert series.filter(team_current="Sales")["backlog"].to_list() == [1, 0]
    assert series.filter(team_current="Technical")["backlog"].to_list() == [0, 1]


def test_a_slice_opens_to_its_tickets(lake: Any) -> None:
    assert len(tickets("tickets_created", where={"tier": "silver"}, lake=lake)) == 2
    assert len(tickets("public_replies", where={"role": ["supervisor", None]}, lake=lake)) == 2
    with pytest.raises(Invalid, match="no customer tier"):
        tickets("tickets_created", where={"tier": "brass"}, lake=lake)


def test_what_was_before_anybody_told_of_it_counts_as_its_first(lake: Any) -> None:
    history = History()
    history.ticket("mon 9:00")
    early = shelf([*told(("fri 9:00", acme("silver")), ("sat 9:00", acme("gold"))), *history.events])
    assert split(early, "tickets_created", "tier") == {"silver": 1}


@pytest.mark.parametrize("by", ["role", "role_current", "team", "tier_current"])
def test_a_census_with_a_trend_is_split_by_them_too(by: str) -> None:
    history = History()
    for day in ("mon", "tue"):
        history.ticket(f"{day} 9:00", agent="Ana").state(f"{day} 10:00", "SOLVED")
    history.ticket("mon 9:00", agent="Ana")
    known = shelf([*HOUSE, *history.events])
    with clock.at(at("thu 0:00")):
        asked: dict[str, Any] = {"grain": "day", "since": at("tue 0:00"), "small": "show", "lake": known}
        whole, parts = measure("backlog_days", **asked), measure("backlog_days", by=by, **asked)
    assert parts["backlog_days"].drop_nulls().to_list() == whole["backlog_days"].to_list()
