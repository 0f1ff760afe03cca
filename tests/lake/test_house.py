"""How the house was when: tables valid in time, streamed or derived, and late news in their place."""

from collections.abc import Sequence
from contextlib import closing
from itertools import groupby

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import house, models
from analytics.lake_write import Change
from core.events import (
    DataChecked,
    DenominatorRecorded,
    DenominatorRemoved,
    Event,
    OrganisationDefined,
    PersonDefined,
    PresenceChanged,
    QueueDefined,
)
from core.ledger import Entry, Envelope
from core.settings import Settings
from etl.sinks.lake import LakeSink
from tests.depth import examples
from tests.lake.conftest import contents, tell
from tests.lake.history import History, uid
from tests.lake.history import house as told
from tests.lake.reference_hands import FOREVER
from tests.lake.rows import dicts, entries
from tests.metrics.shelf import shelf


def there(who: str, presence: str, before: str = "offline") -> PresenceChanged:
    said = {"person_id": uid(who), "presence": presence, "before": before, "reason": "chosen"}
    return PresenceChanged.model_validate(said)


NEWS = st.sampled_from(
    [
        there("Ana", "online"), there("Ana", "away"), there("Bo", "online"),
        QueueDefined(queue_id=uid("Billing"), name="Billing"), QueueDefined(queue_id=uid("Billing"), name="Invoices"),
        PersonDefined(person_id=uid("Ana"), role="agent"), PersonDefined(person_id=uid("Ana"), role="supervisor"),
        OrganisationDefined(organisation_id=uid("Acme"), name="Acme", tier="gold"),
        DenominatorRecorded(name="active_customers", count=5), DenominatorRecorded(name="active_customers", count=6),
        DenominatorRemoved(name="active_customers", count=5),
        DataChecked(checked=5, wrong=0, broken=[]), DataChecked(checked=5, wrong=2, broken=["depths are counts"]),
    ]
)  # fmt: skip


def key_of(valid: house.Valid, one: Entry) -> object:
    return one.payload[valid.key] if valid.key else ""


def expected(name: str, events: Sequence[Envelope]) -> list[tuple[object, ...]]:
    """(since, until, position) of each row, in plain Python."""
    valid = house.TABLES[name]
    found: list[tuple[object, ...]] = []
    own = [one for one in entries(events) if one.kind in valid.kinds]
    own.sort(key=lambda one: (key_of(valid, one), one.occurred_at, one.position))
    for _, of_one in groupby(own, key=lambda one: key_of(valid, one)):
        rows = list(of_one)
        begins = [row.occurred_at.replace(tzinfo=None) for row in rows]
        found += zip(begins, [*begins[1:], FOREVER], [row.position for row in rows], strict=True)
    return sorted(found, key=lambda row: row[2])


@settings(max_examples=examples(10), deadline=None)
@given(news=st.lists(st.tuples(st.integers(0, 5), NEWS), min_size=1, max_size=9), data=st.data())
def test_however_it_is_split_and_whatever_comes_late(news: list[tuple[int, Event]], data: st.DataObject) -> None:
    events = [told(f"mon 9:0{minute}", event, n) for n, (minute, event) in enumerate(news)]
    ledger, done = entries(events), 0
    with duckdb.connect(config={"threads": 1}) as duck:
        duck.execute("set TimeZone = 'UTC'")
        duck.execute(models.text("tables"))
        while done < len(ledger):
            batch = ledger[done : done + data.draw(st.integers(1, len(ledger)))]
            change = Change(duck, [], batch)
            change.apply()
            house.follow(duck, change.kinds)
            done += len(batch)
        for name in house.TABLES:
            rows = duck.execute(f"select since, until, position from {name} order by position").fetchall()
            assert rows == expected(name, events)


def test_a_streamed_house_is_the_rebuilt_one(settings: Settings) -> None:
    events = [
        told("mon 9:00", there("Ana", "online")), told("mon 12:00", there("Ana", "away", "online")),
        told("mon 9:00", QueueDefined(queue_id=uid("Billing"), name="Billing")),
        told("tue 9:00", QueueDefined(queue_id=uid("Billing"), name="Invoices", parent_id=uid("Money"))),
        told("mon 10:00", there("Ana", "offline", "online")),
        told("mon 9:00", PersonDefined(person_id=uid("Ana"), role="agent")),
        told("wed 9:00", PersonDefined(person_id=uid("Ana"), role="supervisor")),
    ]  # fmt: skip
    with closing(LakeSink(settings)) as sink:
        for one in tell(settings, events):
            sink.write([one])
        streamed = contents(settings)
        sink.rebuild(lambda done, total: None)
    assert contents(settings) == streamed
    assert sorted((str(row[1])[11:16], str(row[2])[11:16], row[4]) for row in streamed["presence"]) == [
        ("09:00", "10:00", "online"), ("10:00", "12:00", "offline"), ("12:00", "23:59", "away")
    ]  # fmt: skip
    assert sorted(str(row[4]) for row in streamed["queue_version"]) == ["Billing", "Invoices"]


def test_a_ticket_knows_what_its_queue_was_called_when_it_came() -> None:
    """Names of the past are joined by time: the directory has those of today."""
    history = History()
    history.ticket("mon 10:00")
    history.ticket("wed 10:00")
    renamed = [("mon 9:00", "Billing"), ("tue 9:00", "Invoices")]
    named = [told(when, QueueDefined(queue_id=uid("Billing"), name=name)) for when, name in renamed]
    lake = shelf([*named, *history.events])
    rows = dicts(
        lake.execute(
            """
            select queue_version.name
            from ticket_interval as span
            join queue_version
                on queue_version.queue_id = span.queue_id
                and span.since >= queue_version.since and span.since < queue_version.until
            order by span.since
            """
        )
    )
    assert [row["name"] for row in rows] == ["Billing", "Invoices"]
