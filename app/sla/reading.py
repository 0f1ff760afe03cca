"""Policies and calendars from their rows. A version never changes: each is understood once in a process."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from itertools import groupby
from types import MappingProxyType
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.calendars.reading import read_editions
from app.filters.tree import Tree
from app.queues.hours import QueueHours as Kept
from app.sla.policy import Shape
from app.sla.row import SlaPolicy
from app.sla.rules import NO_RULES, Pauses, Policy, QueueHours, Rules

BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
MOST_KEPT = 1_000

_understood: dict[tuple[UUID, int, datetime], Policy] = {}


def read_rules(session: Session, pauses: Mapping[UUID, Collection[str]]) -> Rules:
    """All versions of all policies and calendars, and what states pause as they stand."""
    rows = session.execute(sa.select(*SlaPolicy.__table__.columns).order_by("policy_id", "version"))  # type: ignore[attr-defined]
    policies = policies_of(rows)
    if not policies:
        return NO_RULES
    paused = {state: (Pauses(BEGINNING, frozenset(targets)),) for state, targets in pauses.items() if targets}
    return Rules(policies, read_editions(session), MappingProxyType(paused), read_hours(session))


def read_hours(session: Session) -> Mapping[UUID, tuple[QueueHours, ...]]:
    """Whose hours each queue went by, oldest first."""
    columns = ("queue_id", "effective_from", "calendar_id", "parent_id")
    rows = session.execute(
        sa.select(*(getattr(Kept, one) for one in columns)).order_by(col(Kept.queue_id), col(Kept.effective_from))
    )
    grouped = groupby(rows, lambda row: row.queue_id)
    return MappingProxyType({queue_id: tuple(QueueHours(*row[1:]) for row in found) for queue_id, found in grouped})


def policies_of(rows: Iterable[Any]) -> Mapping[UUID, tuple[Policy, ...]]:
    """The versions of each policy, from rows in that order."""
    return MappingProxyType(
        {policy_id: tuple(map(policy_of, versions)) for policy_id, versions in groupby(rows, lambda row: row.policy_id)}
    )


def policy_of(row: Any) -> Policy:
    """A row as rules see it."""
    key = (row.policy_id, row.version, row.defined_at)
    found = _understood.get(key)
    if found is None:
        if len(_understood) >= MOST_KEPT:
            _understood.clear()
        shape = Shape.model_validate(row.shape)
        found = _understood[key] = Policy(
            id=row.policy_id, version=row.version, effective_from=row.effective_from, name=shape.name, sort=row.sort,
            is_active=shape.is_active, conditions=Tree.from_json(row.conditions),
            targets={target.key: target for target in shape.targets},
        )  # fmt: skip
    return found
