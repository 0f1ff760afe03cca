"""What customers, agents and queues were, in plain and slow Python: by the events of the house."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from analytics.measure_dimensions import DIMENSIONS, Valid
from core.ledger import Envelope
from tests.lake.reference import Row, as_id

KINDS = {
    "organisation_version": "organisation.defined",
    "person_version": "person.defined",
    "queue_version": "queue.defined",
}


def value(name: str, row: Row, house: Sequence[Envelope], now: datetime) -> Any:
    """The value of a dimension that is found through versions."""
    through = DIMENSIONS[name].through
    assert through is not None
    told = [event for event in house if event.kind == KINDS[through.table] and is_of(event, row, through)]
    known = sorted((naive(event), event.payload[through.value]) for event in told if naive(event) <= now)
    found = None
    if known:
        at = now if through.is_current else row["dated"]
        found = next((said for since, said in reversed(known) if since <= at), known[0][1])
    if through.value == "parent_id":
        return as_id(found) or row[through.column]
    return found


def is_of(event: Envelope, row: Row, through: Valid) -> bool:
    return row[through.column] is not None and event.payload[through.key] == str(row[through.column])


def naive(event: Envelope) -> datetime:
    return event.occurred_at.astimezone(UTC).replace(tzinfo=None)
