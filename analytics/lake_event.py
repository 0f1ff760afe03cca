"""Events on their way into the lake: from the ledger's entries to rows of the lake's table `event`."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from json import dumps
from typing import Any
from uuid import UUID

import pyarrow as pa

from core.ledger import Entry

ENVELOPE = {
    "position": pa.int64(),
    "event_id": pa.uuid(),
    "ticket_id": pa.uuid(),
    "ticket_version": pa.int32(),
    "kind": pa.string(),
    "schema_version": pa.int16(),
    "occurred_at": pa.timestamp("us"),
    "recorded_at": pa.timestamp("us"),
    "actor_id": pa.uuid(),
    "actor_kind": pa.string(),
    "actor_role": pa.string(),
    "source": pa.string(),
    "command_id": pa.uuid(),
    "correlation_id": pa.uuid(),
    "cause_id": pa.uuid(),
    "payload": pa.string(),
}
"""The columns of the lake's `event` that come from the envelope, in order."""


def table(entries: Sequence[Entry]) -> pa.Table:
    """Entries as an Arrow table with the columns of ENVELOPE. Payloads must be of the current schema version."""
    return pa.table({name: _array(name, kind, entries) for name, kind in ENVELOPE.items()})


def payload_text(payload: dict[str, Any]) -> str:
    """A payload as PostgreSQL prints its jsonb: the one spelling for rows that were streamed and rows read in bulk.

    Keys are sorted by length, then by their bytes; `, ` and `: ` separate; only what JSON demands is escaped.
    """
    return dumps(_sorted(payload), ensure_ascii=False, check_circular=False)


def ids(values: Sequence[UUID | None]) -> pa.Array:
    """UUIDs as an Arrow array that DuckDB reads as UUIDs."""
    stored = pa.array([None if value is None else value.bytes for value in values], pa.binary(16))
    return pa.ExtensionArray.from_storage(pa.uuid(), stored)


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value, key=_jsonb_order)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value


def _jsonb_order(key: str) -> tuple[int, bytes]:
    spelled = key.encode()
    return len(spelled), spelled


def _array(name: str, kind: pa.DataType, entries: Sequence[Entry]) -> pa.Array:
    values = [getattr(entry, name) for entry in entries]
    if kind == pa.uuid():
        return ids(values)
    convert = CONVERSIONS.get(name)
    return pa.array([convert(value) for value in values] if convert else values, kind)


def naive(instant: datetime) -> datetime:
    """As the lake has it: UTC, without a zone."""
    return instant.astimezone(UTC).replace(tzinfo=None)


CONVERSIONS: dict[str, Callable[[Any], Any]] = {
    "occurred_at": naive,
    "recorded_at": naive,
    "payload": payload_text,
}
