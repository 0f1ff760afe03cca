"""What of a ticket's custom fields somebody is told: the fields that a right is needed for, in the ticket's queue."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar
from uuid import UUID

from app.fields.definition import Definitions
from core.actor import Actor, Role, Scope
from core.events import FieldChanged, TicketCreated

Value = TypeVar("Value")


def unmasked(scope: Scope, queue_id: UUID | None, values: Mapping[str, Value]) -> dict[str, Value]:
    """The values of the fields that this scope sees in this queue."""
    if not scope.masks:
        return dict(values)
    return {key: value for key, value in values.items() if scope.sees_field(key, queue_id)}


def rights_for(fields: Definitions, keys: Iterable[str], actor: Actor, queue_id: UUID) -> list[tuple[str, UUID]]:
    """The rights that it takes to change these fields of a ticket. Customers: the fields' audience tells."""
    if actor.role is Role.CUSTOMER:
        return []
    found = [fields[key] for key in keys if key in fields]
    return [(right, queue_id) for one in found for right in (one.see, one.change) if right]


def told_payload(scope: Scope, queue_id: UUID | None, kind: str, payload: dict[str, Any]) -> dict[str, Any] | None:
    """An event's payload without what is masked; None: it tells of nothing else."""
    if not scope.masks:
        return payload
    if kind == FieldChanged.kind:
        return payload if scope.sees_field(str(payload["field"]), queue_id) else None
    if kind == TicketCreated.kind and payload.get("custom"):
        return {**payload, "custom": unmasked(scope, queue_id, payload["custom"])}
    return payload
