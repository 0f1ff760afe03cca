"""Setting up SLA policies. A change is a new version with its event; tickets stay under the version that they have."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session
from sqlmodel import col

from app.calendars.reading import read_editions
from app.filters.columns import CUSTOM, TAGS
from app.filters.names import tree_of
from app.filters.tree import Among, Group, Leaf, Span, Tree
from app.queues.house import house_changed, house_of
from app.sla.policy import Shape, Target
from app.sla.reading import policy_of
from app.sla.row import SlaPolicy
from app.sla.rules import Policy
from core import clock
from core.actor import Actor
from core.errors import Conflict, NotFound
from core.events import KINDS, PolicyDefined
from core.ids import new_id
from core.ledger import append, wrap

MOST_POLICIES = 200
OWN_FACTS = frozenset({"queue_id", "organisation_id", "requester_id", "channel", "language", TAGS, "priority"})
"""What conditions may look at: facts of the ticket itself that only its own events change."""


class PolicyCannotWork(Conflict):
    """A policy that could never work as it is written."""

    code = "policy_cannot_work"


def define_policy(
    session: Session, actor: Actor, shape: Shape, *, policy_id: UUID | None = None, sort: int | None = None,
    effective_from: datetime | None = None, new_policy_id: UUID | None = None, source: str = "api",
) -> SlaPolicy:  # fmt: skip
    """Set up a policy (behind all others, unless `sort` says where), or give the one with `policy_id` a new version.

    Saying what already holds changes nothing.
    """
    now = clock.now()
    before = newest(session, policy_id) if policy_id else None
    if policy_id and before is None:
        raise NotFound("There is no such policy.")
    if before is None and len(current(session)) >= MOST_POLICIES:
        raise Conflict(f"There are {MOST_POLICIES} policies already; change one of them.")
    row = draft(session, actor, shape, before=before, new_policy_id=new_policy_id)
    row.effective_from, row.defined_at, row.defined_by = effective_from or now, now, actor.person_id
    row.sort = sort if sort is not None else row.sort
    if before and (before.shape, before.conditions, before.sort) == (row.shape, row.conditions, row.sort):
        return before
    if before and row.effective_from < before.effective_from:
        raise Conflict("A version cannot begin before the one that it follows.")
    session.add(row)
    house_changed(session)
    append(session, [wrap(_told(row, shape), actor, source=source)])
    return row


def set_order(session: Session, actor: Actor, policy_ids: Sequence[UUID], *, source: str = "api") -> list[SlaPolicy]:
    """Say in which order policies are asked: all of them, the first that fits is the one."""
    rows = {row.policy_id: row for row in current(session)}
    if sorted(rows) != sorted(policy_ids):
        raise Conflict("Name every policy once; read the list again, one may have been added.")
    for place, policy_id in enumerate(policy_ids, start=1):
        define_policy(
            session, actor, Shape.model_validate(rows[policy_id].shape), policy_id=policy_id, sort=place, source=source
        )
    return current(session)


def draft(
    session: Session, actor: Actor, shape: Shape, *, before: SlaPolicy | None = None, new_policy_id: UUID | None = None
) -> SlaPolicy:
    """The row that a policy would be, checked and not kept: for `define_policy`, previews and replays."""
    check(shape)
    tree = conditions_of(session, actor, shape.conditions)
    house = house_of(session)
    calendars = house.sla.calendars or read_editions(session)
    for target in shape.targets:
        if target.calendar_id is not None and target.calendar_id not in calendars:
            raise NotFound(f"There is no calendar {target.calendar_id}.")
        if target.basis == "business" and not calendars:
            raise PolicyCannotWork(f"{target.key}: business time takes a calendar; set one up first.")
    now = clock.now()
    last = max((one.sort for one in current(session)), default=0)
    return SlaPolicy(
        policy_id=before.policy_id if before else new_policy_id or new_id(now),
        version=before.version + 1 if before else 1,
        sort=before.sort if before else last + 1, shape=shape.model_dump(mode="json"),
        conditions=tree.to_json(), effective_from=now, defined_at=now,
    )  # fmt: skip


def check(shape: Shape) -> None:
    """Refuse promises that could never work."""
    if len({target.key for target in shape.targets}) != len(shape.targets):
        raise PolicyCannotWork("Two targets have the same name; each stands once.")
    for target in shape.targets:
        _check_triggers(target)
        if not target.seconds.model_dump(exclude_none=True):
            raise PolicyCannotWork(f"{target.key}: say how long it may take for at least one priority.")
        if any((one.percent is None) == (one.seconds_before is None) for one in target.warnings):
            raise PolicyCannotWork(f"{target.key}: a warning says either percent or seconds_before.")


def _check_triggers(target: Target) -> None:
    is_custom = target.metric == "custom"
    own = (target.name is not None, bool(target.starts_on), bool(target.stops_on))
    if own != (is_custom,) * len(own):
        raise PolicyCannotWork("A custom target has a name, starts_on and stops_on; the others have none of them.")
    if bool(target.pauses_on) != bool(target.resumes_on):
        raise PolicyCannotWork(f"{target.key}: pauses_on and resumes_on belong together; what pauses must go on again.")
    for trigger in target.triggers:
        known = KINDS[trigger.kind].model_fields
        if unknown := sorted(trigger.fields.keys() - known.keys()):
            raise PolicyCannotWork(
                f"{target.key}: {trigger.kind} has no field {unknown[0]!r}; there are {', '.join(sorted(known))}."
            )


def conditions_of(session: Session, actor: Actor, text: str) -> Tree:
    """A policy's filter, names turned into ids as they are now; refused if it asks more than the ticket's own facts."""
    tree = tree_of(session, actor, text)
    if tree.is_moving or not all(_is_own_fact(leaf) for leaf in tree.leaves):
        raise PolicyCannotWork(
            "Conditions of a policy ask for queue, priority, organisation, requester, channel, language, tag and "
            "custom fields, and for nothing that time or work changes by itself."
        )
    return tree


def current(session: Session) -> list[SlaPolicy]:
    """The newest version of each policy, in the order in which they are asked."""
    newest_of_each = (
        sa.select(SlaPolicy)
        .ext(distinct_on(col(SlaPolicy.policy_id)))
        .order_by(col(SlaPolicy.policy_id), col(SlaPolicy.version).desc())
    )
    rows = session.execute(newest_of_each).scalars()
    return sorted(rows, key=lambda row: (row.sort, row.shape["name"], row.policy_id))


def newest(session: Session, policy_id: UUID) -> SlaPolicy | None:
    """A policy as it stands."""
    query = sa.select(SlaPolicy).where(col(SlaPolicy.policy_id) == policy_id).order_by(col(SlaPolicy.version).desc())
    return session.execute(query.limit(1)).scalar_one_or_none()


def versions(session: Session, policy_id: UUID) -> list[SlaPolicy]:
    """All versions of a policy, the newest first."""
    query = sa.select(SlaPolicy).where(col(SlaPolicy.policy_id) == policy_id).order_by(col(SlaPolicy.version).desc())
    return list(session.execute(query).scalars())


def as_policy(row: SlaPolicy) -> Policy:
    """A row as rules see it."""
    found: Policy = policy_of(row)
    return found


def _is_own_fact(leaf: Leaf) -> bool:
    if isinstance(leaf, Group):
        return all(map(_is_own_fact, leaf.parts))
    return isinstance(leaf, Among | Span) and (leaf.column in OWN_FACTS or leaf.column.startswith(CUSTOM))


def _told(row: SlaPolicy, shape: Shape) -> PolicyDefined:
    return PolicyDefined(
        policy_id=row.policy_id, version=row.version, name=shape.name, sort=row.sort, is_active=shape.is_active,
        effective_from=row.effective_from, conditions=row.conditions, definition=row.shape,
    )  # fmt: skip
