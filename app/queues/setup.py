"""Setting up the house: queues, states and rights. Each change writes its event in the same transaction."""

from collections.abc import Collection, Sequence
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from app.calendars.reading import read_editions
from app.policy import RIGHTS
from app.queues.hours import QueueHours
from app.queues.house import house_changed, house_of
from app.queues.queue import Queue, QueueRight, TicketState
from app.queues.transitions import Transition
from app.sla.reviewing import review_queues
from core import clock
from core.actor import Actor, Role
from core.errors import Conflict, Invalid, NotFound
from core.events import Category, FollowUp, QueueDefined, RightsGranted, StateDefined, TransitionsSet
from core.ids import new_id
from core.ledger import append, wrap
from core.relation import Relation

QUEUE_PARTS = ("name", "parent_id", "is_active", "follow_up", "reopen_days", "calendar_id")


class NameTaken(Conflict):
    """Names of queues, states and organisations are unique."""

    code = "name_taken"


def define_queue(
    session: Session,
    actor: Actor,
    *,
    name: str,
    parent_id: UUID | None = None,
    is_active: bool = True,
    follow_up: FollowUp = "reopen",
    reopen_days: int | None = None,
    calendar_id: UUID | None = None,
    queue_id: UUID | None = None,
    source: str = "api",
) -> Queue:
    """Set up a queue, or change the one with `queue_id`. Saying what already holds changes nothing."""
    queue = session.get(Queue, queue_id, with_for_update=True) if queue_id else None
    wanted = (name, parent_id, is_active, follow_up, reopen_days, calendar_id)
    if queue and tuple(getattr(queue, one) for one in QUEUE_PARTS) == wanted:
        return queue
    _must_be_free(session, Queue, name, queue_id)
    if parent_id:
        _must_be_a_parent(session, parent_id, queue_id)
    if calendar_id and calendar_id not in read_editions(session):
        raise NotFound(f"There is no calendar {calendar_id}; GET /api/v1/calendars lists those that there are.")
    hours_before = (queue.calendar_id, queue.parent_id) if queue else None
    queue = queue or Queue(id=queue_id or new_id(), name=name, created_at=clock.now())
    for part, value in zip(QUEUE_PARTS, wanted, strict=True):
        setattr(queue, part, value)
    session.add(queue)
    house_changed(session)
    if hours_before != (calendar_id, parent_id):
        _keep_hours(session, queue, is_new=hours_before is None)
    event = QueueDefined(
        queue_id=queue.id, name=name, parent_id=parent_id, is_active=is_active, follow_up=follow_up,
        reopen_days=reopen_days, calendar_id=calendar_id,
    )  # fmt: skip
    append(session, [wrap(event, actor, source=source)])
    return queue


def _keep_hours(session: Session, queue: Queue, *, is_new: bool) -> None:
    """Clocks go by a queue's calendar where their target has none: open tickets here and below are looked at anew."""
    now = clock.now()
    session.merge(
        QueueHours(queue_id=queue.id, effective_from=now, calendar_id=queue.calendar_id, parent_id=queue.parent_id)
    )
    house = house_of(session)
    if not is_new and house.sla:
        review_queues(session, [one for one in house.queues if queue.id in house.line(one)], now)


def set_transitions(
    session: Session, actor: Actor, *, queue_id: UUID, rules: Sequence[Transition], source: str = "api"
) -> Queue:
    """Say which ways from state to state a queue allows; no rule at all allows every way."""
    queue = session.get(Queue, queue_id, with_for_update=True)
    if queue is None:
        raise NotFound("There is no such queue.")
    house = house_of(session)
    for rule in rules:
        if unknown := {rule.from_state_id, rule.to_state_id} - {None} - house.states.keys():
            raise NotFound(f"There is no state {unknown.pop()}; GET /api/v1/states lists those that there are.")
        if rule.wrong:
            raise Conflict(rule.wrong)
        if rule.right is not None and rule.right not in RIGHTS:
            raise NotFound(f"There is no right {rule.right!r}; the rights are {', '.join(sorted(RIGHTS))}.")
    kept = [rule.model_dump(mode="json") for rule in rules]
    if queue.transitions == kept:
        return queue
    queue.transitions = kept
    house_changed(session)
    event = TransitionsSet(queue_id=queue_id, rules=[rule.told() for rule in rules])
    append(session, [wrap(event, actor, source=source)])
    return queue


def define_state(
    session: Session,
    actor: Actor,
    *,
    name: str,
    category: Category,
    is_default: bool = False,
    sort: int = 0,
    is_active: bool = True,
    sla_pause: Collection[str] = (),
    auto_next_state_id: UUID | None = None,
    auto_after_seconds: int | None = None,
    reopen_to_id: UUID | None = None,
    state_id: UUID | None = None,
    source: str = "api",
) -> TicketState:
    """Set up a ticket state, or change the one with `state_id`. Its category stays: history was counted by it.

    A new `auto_after_seconds` holds for tickets that enter from now on.
    """
    state = session.get(TicketState, state_id, with_for_update=True) if state_id else None
    if state and state.category != category:
        raise Conflict("A state keeps its category, since past numbers were counted by it; set up a new state instead.")
    _must_be_free(session, TicketState, name, state_id)
    if is_default and not is_active:
        raise Conflict("The state that its category falls back to must be active.")
    leads = {"next_id": auto_next_state_id, "after": auto_after_seconds, "reopen_to": reopen_to_id}
    _must_lead_on(session, state_id, category, **leads)
    paused = sorted(set(sla_pause))
    wanted = (name, is_active, paused, auto_next_state_id, auto_after_seconds, reopen_to_id, is_default, sort)
    before = _definition(state) if state else None
    if state and state.is_default and not is_default:
        raise Conflict("A category always has a state to fall back to; make another state of it the default instead.")
    if is_default:
        append(session, [wrap(one, actor, source=source) for one in _undo_default(session, category, state_id)])
    state = state or TicketState(id=state_id or new_id(), name=name, category=category, created_at=clock.now())
    state.is_default, state.sort = is_default, sort
    state.name, state.is_active, state.sla_pause = name, is_active, paused
    state.auto_next_state_id, state.auto_after_seconds, state.reopen_to_id = wanted[3:6]
    session.add(state)
    house_changed(session)
    if before != wanted:
        append(session, [wrap(_told_state(state), actor, source=source)])
    return state


def set_rights(
    session: Session,
    actor: Actor,
    *,
    queue_id: UUID,
    holder_kind: Literal["person", "role", "relation"],
    holder: str,
    rights: Collection[str],
    source: str = "api",
) -> QueueRight | None:
    """Say what a person, a role or a relation to the ticket may do in a queue and below it; nothing takes it away."""
    if unknown := set(rights) - RIGHTS:
        raise Invalid(f"There is no right {min(unknown)!r}; the rights are {', '.join(sorted(RIGHTS))}.")
    if queue_id not in house_of(session).queues:
        raise NotFound("There is no such queue.")
    if holder_kind == "role" and holder not in set(Role):
        raise Invalid(f"There is no role {holder!r}.")
    if holder_kind == "relation" and holder not in set(Relation):
        raise Invalid(f"There is no relation {holder!r}; there are {', '.join(Relation)}.")
    held = session.execute(
        select(QueueRight)
        .where(
            col(QueueRight.queue_id) == queue_id,
            col(QueueRight.holder_kind) == holder_kind,
            col(QueueRight.holder) == holder,
        )
        .with_for_update()
    ).scalar_one_or_none()
    before, after = held.rights if held else [], sorted(set(rights))
    if before == after:
        return held
    if held and not after:
        session.delete(held)
        held = None
    elif held:
        held.rights = after
    else:
        held = QueueRight(queue_id=queue_id, holder_kind=holder_kind, holder=holder, rights=after)
        session.add(held)
    house_changed(session)
    event = RightsGranted(queue_id=queue_id, holder_kind=holder_kind, holder=holder, rights=after, before=before)
    append(session, [wrap(event, actor, source=source)])
    return held


def _must_be_free(session: Session, row: type[Queue | TicketState], name: str, own_id: UUID | None) -> None:
    holder = session.execute(select(col(row.id)).where(col(row.name) == name)).scalar()
    if holder not in (None, own_id):
        raise NameTaken(f"The name {name} is taken; choose another.")


def _must_be_a_parent(session: Session, parent_id: UUID, queue_id: UUID | None) -> None:
    house = house_of(session)
    if parent_id not in house.queues:
        raise NotFound("There is no such parent queue.")
    if queue_id in tuple(house.line(parent_id)):
        raise Conflict("A queue cannot stand below itself; choose another parent.")


def _definition(state: TicketState) -> tuple[object, ...]:
    return (state.name, state.is_active, state.sla_pause, state.auto_next_state_id, state.auto_after_seconds,
            state.reopen_to_id, state.is_default, state.sort)  # fmt: skip


def _told_state(state: TicketState) -> StateDefined:
    return StateDefined(
        state_id=state.id, name=state.name, category=Category(state.category), is_active=state.is_active,
        sla_pause=state.sla_pause, auto_next_state_id=state.auto_next_state_id,
        auto_after_seconds=state.auto_after_seconds, reopen_to_id=state.reopen_to_id, is_default=state.is_default,
        sort=state.sort,
    )  # fmt: skip


def _must_lead_on(session: Session, own_id: UUID | None, category: Category, **leads: Any) -> None:
    """A timer leads somewhere else, and nothing leads to a state that is a deed of its own."""
    states = house_of(session).states
    next_id, after, reopen_to = leads["next_id"], leads["after"], leads["reopen_to"]
    if (after is not None or next_id) and not (category.is_unsolved or category == Category.SOLVED):
        raise Conflict("Only unsolved and solved states lead on by themselves; leave auto_after and auto_next out.")
    for target in (next_id, reopen_to):
        if target is not None and (target not in states or not states[target].is_active):
            raise NotFound("There is no such state to lead to; GET /api/v1/states lists those that there are.")
    if next_id and (next_id == own_id or states[next_id].category in (Category.MERGED, Category.DELETED)):
        raise Conflict("A state leads on to another state, and neither to merged nor to deleted.")
    if reopen_to and not states[reopen_to].category.is_unsolved:
        raise Conflict("A ticket is reopened to an unsolved state; choose another for reopen_to_id.")


def _undo_default(session: Session, category: Category, state_id: UUID | None) -> list[StateDefined]:
    """The state that was it before is so no longer."""
    told = []
    for other in session.execute(
        select(TicketState).where(col(TicketState.category) == category, col(TicketState.is_default))
    ).scalars():
        if other.id != state_id:
            other.is_default = False
            told.append(_told_state(other))
    session.flush()
    return told
