"""How an event is told: everything to colleagues, and to customers the bare fact of what they can see anyway."""

from dataclasses import replace
from functools import lru_cache

import orjson

from app.fields.masks import told_payload
from core.actor import Scope
from etl.sinks.live import Changed

PUBLIC = frozenset(
    {
        "ticket.created", "ticket.status_changed", "ticket.assigned", "ticket.queue_changed",
        "ticket.priority_changed", "ticket.retitled", "message.added",
    }
)  # fmt: skip
"""What customers hear of: changes that a ticket's own page shows them."""


def is_told_to(change: Changed, scope: Scope) -> bool:
    """Whether somebody hears of an event at all."""
    return change.is_visible_to(scope) and (scope.internal or change.kind in PUBLIC)


def without_masked(change: Changed, scope: Scope) -> Changed | None:
    """The event without custom fields that somebody may not see; None: it tells of nothing else."""
    payload = told_payload(scope, change.queue_id, change.kind, change.payload)
    if payload is change.payload:
        return change
    return None if payload is None else replace(change, payload=payload)


@lru_cache(maxsize=2048)
def told(change: Changed, *, inside: bool) -> bytes:
    """The event as JSON, made once for all who hear it; `inside`: with who did it, and its payload."""
    known = {
        "position": change.position,
        "id": change.event_id,
        "kind": change.kind,
        "ticket_id": change.ticket_id,
        "ticket_version": change.ticket_version,
        "occurred_at": change.occurred_at,
    }
    if inside:
        known |= {
            "recorded_at": change.recorded_at,
            "actor_id": change.actor_id,
            "actor_kind": change.actor_kind,
            "actor_role": change.actor_role,
            "source": change.source,
            "command_id": change.command_id,
            "payload": change.payload,
        }
    return orjson.dumps(known)
