"""The page of one ticket: its head, its conversation, and what this reader may do with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.db import Ready
from app.drafts.presence import writing_now
from app.macros.macro import CannedReply, Macro
from app.macros.setup import all_of
from app.people.address import address_for
from app.people.person import Organisation, Person
from app.policy import RIGHTS, can, grants_of, scope_filter
from app.queues.house import House, State, house_of
from app.sla.remaining import Due, dues
from app.tickets.circumstances import circumstances
from app.tickets.states import GONE
from app.tickets.ticket import Ticket
from app.tickets.ways import is_a_way
from app.web.around import Around, around
from app.web.composer import Composer, composer
from app.web.customer_words import state_words
from app.web.family import family_values
from app.web.field_inputs import Input, inputs, overlaid, reader_of
from app.web.rating_card import rating_values
from app.web.sentences import PRIORITIES
from app.web.signs import signs_in
from app.web.thread import folded, thread
from app.web.time_card import time_values
from app.web.times import span
from app.web.waiting import waiting
from core import clock
from core.actor import Actor, Role, Scope
from core.errors import NotFound
from core.events import Category
from core.ids import new_id

Choices = list[tuple[Any, str]]
PRIORITY_CHOICES: Choices = [(value, words.capitalize()) for value, words in sorted(PRIORITIES.items(), reverse=True)]
MOST_KEPT = 1_000
"""So many askers' questions are kept in words."""

NOTHING_TYPED: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Sheet:
    """A ticket's row with the names that belong to it."""

    ticket: Ticket
    requester: Person | None
    organisation: str | None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.ticket, name)


def find(session: Session, actor: Actor, number: int) -> Ticket:
    """The ticket of that number, if it exists for this reader."""
    ticket = session.execute(
        sa.select(Ticket).where(col(Ticket.number) == number, scope_filter(actor.scope))
    ).scalar_one_or_none()
    if ticket is None:
        raise NotFound(f"There is no ticket {number}, or you may not see it.")
    return ticket


def ticket_values(
    session: Session, actor: Actor, number: int, typed: Mapping[str, str] = NOTHING_TYPED, draft: str = ""
) -> dict[str, Any]:
    """What the template needs. `typed`: values of fields that are tried out, since other fields hang on them.

    `draft` (reply, note): which of one's drafts is in the box, else the newest.
    """
    house = house_of(session)
    ticket = find(session, actor, number)
    has = around(session, ticket.id)
    may = {right: can(actor, right, ticket.queue_id, ticket) for right in sorted(RIGHTS)}
    is_workable = ticket.category not in (*GONE, Category.CLOSED)
    return {
        "here": "tickets",
        "ticket": (row := sheet(session, ticket)),
        "requester_address": address_for(actor, row.requester) if row.requester else "",
        "state": house.states[ticket.state_id].name if actor.scope.internal else state_words(ticket.category),
        "queue": house.queues[ticket.queue_id].name,
        "may": may,
        "dues": _dues(session, actor, house, ticket),
        "is_workable": is_workable,
        "can_reply": may["reply"] and (is_workable or _takes_follow_ups(house, actor, ticket)),
        "can_note": may["note"] and actor.role.is_staff and ticket.category not in GONE,
        "entries": folded(thread(session, ticket, house, actor.scope, has)),
        "signs": signs_in(session, actor) if actor.role.is_staff else {},
        **time_values(session, actor, ticket, has),
        **rating_values(session, actor, ticket, has),
        "waiting": waiting(session, actor, ticket) if has.waiting else [],
        "writers": writing_now(session, actor, ticket) if has.drafts else [],
        "composer": composer(session, actor, ticket, draft) if has.drafts else Composer(),
        "draft_trouble": "",
        "draft_elsewhere": "",
        "states": state_choices(house, ticket, may),
        "next_states": next_states(house, ticket, may),
        "assignees": assignees(session, house, actor, ticket, may),
        "queues": [(queue.id, queue.name) for queue in house.queues.values()
                   if queue.id == ticket.queue_id or (queue.is_active and can(actor, "move_into", queue.id))],
        "priorities": PRIORITY_CHOICES,
        "can_merge": actor.role.is_staff and may["merge"],
        "wakes_words": _between(clock.now(), ticket.wakes_at) if actor.role.is_staff else "",
        **family_values(session, actor, house, ticket, has),
        "watchers": _watchers(session, ticket),
        "other_tickets": _others(session, actor, house, ticket),
        "first_reply_words": _between(ticket.created_at, ticket.first_replied_at),
        "waiting_words": _between(ticket.awaiting_reply_since, clock.now()),
        "command_id": new_id(),
        **macro_choices(session, actor, has),
        "field_inputs": field_inputs(session, actor, house, ticket, typed),
        "other_fields": _told_fields(house, actor, ticket),
    }  # fmt: skip


def _dues(session: Session, actor: Actor, house: House, ticket: Ticket) -> list[Due]:
    """What is left of its clocks, the most pressing first; for colleagues."""
    return dues(session, house.sla, [ticket.id], clock.now()).get(ticket.id, []) if actor.role.is_staff else []


def field_inputs(session: Session, actor: Actor, house: House, ticket: Ticket, typed: Mapping[str, str]) -> list[Input]:
    """What this ticket is asked for, with what was typed."""
    stands = overlaid(circumstances(ticket, house), house, typed, actor.timezone)
    return inputs(house, stands, typed, reader_of(session, house, actor, stands.values), new=False)


def _told_fields(house: House, actor: Actor, ticket: Ticket) -> dict[str, str]:
    """Fields that stand in no form: for colleagues keys that nobody set up, for customers what is set up for them."""
    known = house.fields
    if actor.scope.internal:
        return {key: value for key, value in ticket.custom.items() if key not in known}
    theirs = {key: value for key, value in ticket.custom.items() if key in known and known[key].audience == "customers"}
    return {known[key].label: known[key].words(value) for key, value in theirs.items()}


def macro_choices(session: Session, actor: Actor, has: Around) -> dict[str, list[tuple[UUID, str]]]:
    """The macros and texts that a ticket's page offers."""
    if not actor.scope.internal:
        return {"macros": [], "canned": []}
    return {
        "macros": [(macro.id, macro.name) for macro in all_of(session, actor, Macro)] if has.macros else [],
        "canned": [(reply.id, reply.name) for reply in all_of(session, actor, CannedReply)] if has.canned else [],
    }


def sheet(session: Session, ticket: Ticket) -> Sheet:
    """The row, its requester and the organisation's name."""
    requester = session.get(Person, ticket.requester_id) if ticket.requester_id else None
    organisation = session.get(Organisation, ticket.organisation_id) if ticket.organisation_id else None
    return Sheet(ticket, requester, organisation.name if organisation else None)


def state_choices(house: House, ticket: Ticket, may: dict[str, bool]) -> Choices:
    """The states that this reader may give it, with the one that it has."""
    return [
        (state.id, _cap(state.name))
        for state in house.states.values()
        if state.id == ticket.state_id or (state.is_active and _may_go_to(house, state, ticket, may))
    ]


def next_states(house: House, ticket: Ticket, may: dict[str, bool]) -> Choices:
    """What a message can do to the state on its way."""
    usual = (Category.OPEN, Category.PENDING, Category.HOLD, Category.SOLVED)
    chosen = [
        (state.id, f"set it to {state.name}" if state.category != Category.SOLVED else "solve it")
        for state in house.states.values()
        if state.is_active
        and state.id != ticket.state_id
        and state.category in usual
        and _may_go_to(house, state, ticket, may)
    ]
    return [("", "keep the state"), *chosen]


def assignees(session: Session, house: House, actor: Actor, ticket: Ticket, may: dict[str, bool]) -> Choices:
    """Who may own it here, as far as this reader may hand it out."""
    people = [row for row in staff(session) if _can_own(house, row.id, Role(row.role), ticket.queue_id)]
    if not may["assign"]:
        people = [row for row in people if row.id in (actor.person_id, ticket.agent_id)]
    owner = session.get(Person, ticket.agent_id) if ticket.agent_id else None
    if owner and owner.id not in {row.id for row in people}:
        people.append(owner)
    mine = [(row.id, f"{row.name} (you)") for row in people if row.id == actor.person_id]
    return [("", "Nobody"), *mine, *[(row.id, row.name) for row in people if row.id != actor.person_id]]


def _watchers(session: Session, ticket: Ticket) -> list[str]:
    """The names of those who watch it."""
    if not ticket.watcher_ids:
        return []
    names = sa.select(col(Person.name)).where(col(Person.id).in_(ticket.watcher_ids)).order_by(col(Person.name))
    return list(session.execute(names).scalars())


STAFF = Ready.of(
    sa.select(col(Person.id), col(Person.name), col(Person.role))
    .where(col(Person.role).in_([role.value for role in Role if role.is_staff]), col(Person.is_active))
    .order_by(col(Person.name))
)
"""Asked on every page: put into words once."""


def staff(session: Session) -> list[Any]:
    """Everybody who works tickets, by name."""
    return STAFF.rows(session)


def _can_own(house: House, person_id: UUID, role: Role, queue_id: UUID) -> bool:
    return role is Role.ADMIN or "own" in grants_of(house, person_id, role).get(queue_id, frozenset())


def _takes_follow_ups(house: House, actor: Actor, ticket: Ticket) -> bool:
    """Whether a customer may write to this closed ticket (app/tickets/late.py says what comes of it)."""
    place = house.queues[ticket.queue_id]
    return actor.role is Role.CUSTOMER and ticket.category == Category.CLOSED and place.follow_up != "reject"


def _may_go_to(house: House, state: State, ticket: Ticket, may: dict[str, bool]) -> bool:
    return _may_become(state.category, ticket, may) and is_a_way(house, ticket, house.states[ticket.state_id], state)


def _may_become(category: Category, ticket: Ticket, may: dict[str, bool]) -> bool:
    if Category.MERGED in (category, ticket.category):
        return False
    if category in (Category.SPAM, Category.DELETED) or ticket.category in (Category.SPAM, Category.DELETED):
        return may["delete"]
    if ticket.category == Category.CLOSED:
        return may["close"] and category == Category.OPEN
    return may["close"] if category.is_done or Category(ticket.category).is_done else may["reply"]


def _others(session: Session, actor: Actor, house: House, ticket: Ticket) -> list[dict[str, Any]]:
    if ticket.requester_id is None:
        return []
    rows = _others_seen(actor.scope).rows(session, requester=ticket.requester_id, this=ticket.id)
    return [
        {"number": row.number, "title": row.title, "category": row.category, "state": house.states[row.state_id].name}
        for row in rows
    ]


@lru_cache(MOST_KEPT)
def _others_seen(scope: Scope) -> Ready:
    return Ready.of(
        sa.select(col(Ticket.number), col(Ticket.title), col(Ticket.category), col(Ticket.state_id))
        .where(
            col(Ticket.requester_id) == sa.bindparam("requester", type_=sa.Uuid),
            col(Ticket.id) != sa.bindparam("this", type_=sa.Uuid),
            scope_filter(scope),
        )
        .order_by(col(Ticket.created_at).desc())
        .limit(5)
    )


def _between(start: datetime | None, end: datetime | None) -> str:
    return span((end - start).total_seconds()) if start and end else ""


def _cap(name: str) -> str:
    return name[:1].upper() + name[1:]
