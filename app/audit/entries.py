"""Reading the ledger backwards, newest first, with what each setting was before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

TOPIC = "split_part(event.kind, '.', 1)"
SUBJECT = f"coalesce(event.payload ->> ({TOPIC} || '_id'), event.payload ->> {TOPIC}, event.payload ->> 'policy_id')"
"""What an event of the house is about: `queue.defined` is about the queue in its `queue_id`, `field.defined` about the
key in its `field`, `sla.policy.defined` about its policy, and so on."""

ALSO = ("queue_id", "holder", "person_id")
"""Events tell of more than their own subject: rights of a queue and of who holds them, sign-ins of a person."""

_ALSO = ", ".join(f"event.payload ->> '{name}'" for name in ALSO)

ENTRIES = f"""
    select event.position, event.event_id, event.kind, event.ticket_id, event.ticket_version, event.occurred_at,
           event.recorded_at, event.actor_id, event.actor_kind, event.actor_role, event.source, event.command_id,
           event.payload, event.hash, person.name as actor_name, before.payload as payload_before
    from event
    left join person on person.id = event.actor_id
    left join lateral (
        select earlier.payload
        from event as earlier
        where event.ticket_id is null
          and (event.kind like '%%.defined' or event.kind = 'queue.transitions_set')
          and earlier.ticket_id is null
          and earlier.kind = event.kind
          and earlier.position < event.position
          and {SUBJECT.replace("event.payload", "earlier.payload").replace("event.kind", "earlier.kind")} = {SUBJECT}
        order by earlier.position desc
        limit 1
    ) as before on true
    where {{conditions}}
    order by event.position desc
    limit :limit
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: of the house (settings, people, rights, doors, exports), of one ticket, or of one setting."""

    ticket_id: UUID | None = None
    subject: str = ""
    """The id of a queue, state, person …, or the key of a custom field."""
    actor_id: UUID | None = None
    kind: str = ""
    """A kind, or its beginning: `rights`, `session.refused`."""
    before: int | None = None
    limit: int = 50


CHANGES_ONE = {
    "ticket.assigned": "agent_id",
    "ticket.queue_changed": "queue_id",
    "ticket.priority_changed": "priority",
    "ticket.retitled": "subject_hash",
    "ticket.field_changed": "value",
    "rights.granted": "rights",
    "preferences.set": "undo_send_seconds",
}
"""Events that change one field, and call its old value `before`."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An event with its place, its hash, its actor's name and, for a setting, what it was before."""

    position: int
    event_id: UUID
    kind: str
    ticket_id: UUID | None
    ticket_version: int | None
    occurred_at: datetime
    recorded_at: datetime
    actor_id: UUID | None
    actor_kind: str
    actor_role: str
    source: str
    command_id: UUID | None
    payload: dict[str, Any]
    hash: bytes
    actor_name: str | None
    payload_before: dict[str, Any] | None

    @property
    def changes(self) -> list[tuple[str, Any, Any]]:
        """(field, old, new) of whatever the event changed; all of its fields where there was nothing before."""
        old, new = self._sides()
        fields = [field for field in {**new, **old} if old.get(field) != new.get(field)]
        return [(field, old.get(field), new.get(field)) for field in fields]

    def _sides(self) -> tuple[dict[str, Any], dict[str, Any]]:
        if self.payload_before is not None:
            return self.payload_before, self.payload
        old = {name.removeprefix("before_"): value for name, value in self.payload.items() if "before" in name}
        new = {name: value for name, value in self.payload.items() if "before" not in name}
        if "before" in old:
            old[CHANGES_ONE.get(self.kind, "value")] = old.pop("before")
        return old, new


def read_entries(session: Session, wanted: Wanted) -> list[Entry]:
    """At most `limit + 1` entries, newest first: one more than a page shows that there is another."""
    conditions, values = _conditions(wanted)
    query = sa.text(ENTRIES.replace("%%", "%").format(conditions=" and ".join(conditions)))
    rows = session.execute(query, {**values, "limit": wanted.limit + 1})
    return [_entry(row) for row in rows]


def _conditions(wanted: Wanted) -> tuple[Sequence[str], dict[str, Any]]:
    conditions, values = ["true"], dict[str, Any]()
    for name, condition in (
        ("ticket_id", "event.ticket_id = :ticket_id"),
        ("subject", f"event.ticket_id is null and cast(:subject as text) in ({SUBJECT}, {_ALSO})"),
        ("actor_id", "event.actor_id = :actor_id"),
        ("kind", "(event.kind = :kind or starts_with(event.kind, :kind || '.'))"),
        ("before", "event.position < :before"),
    ):
        if (value := getattr(wanted, name)) not in (None, ""):
            conditions.append(condition)
            values[name] = value
    if wanted.ticket_id is None:
        conditions.append("event.ticket_id is null")
    return conditions, values


def _entry(row: Any) -> Entry:
    return Entry(**{**row._mapping, "hash": bytes(row.hash)})
