"""A ticket's clocks for whoever asks: their stories, with the names that belong to them."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.people.person import Person
from app.queues.house import House, house_of
from app.sla.answers import ClockAnswer, TicketClocks
from app.sla.explain import Hand, Name, Story, stories
from app.tickets.queries import history_of
from app.tickets.ticket import Ticket
from core import clock
from core.actor import Actor
from core.events import DueSet
from core.upcasters import read_event


def ticket_clocks(session: Session, actor: Actor, ticket: Ticket) -> TicketClocks:
    """All clocks of a ticket, for colleagues."""
    house = house_of(session)
    found = stories_of(session, actor, ticket, house, clock.now())
    name = names_in(session, house, found)
    return TicketClocks(
        policy_id=ticket.sla_policy_id,
        policy=policy_name(house, ticket.sla_policy_id, ticket.sla_policy_version),
        policy_version=ticket.sla_policy_version,
        due_at=ticket.due_at,
        clocks=[
            ClockAnswer.of(story, name, policy_name(house, story.clock.policy_id, story.clock.policy_version) or "")
            for story in found
        ],
    )


def stories_of(session: Session, actor: Actor, ticket: Ticket, house: House, now: datetime) -> list[Story]:
    """The stories of its clocks, from its history."""
    envelopes = history_of(session, actor, ticket)
    told = [(one.occurred_at, read_event(one.kind, one.schema_version, one.payload)) for one in envelopes]
    hands = {
        one.payload["target"]: Hand(one.actor_id, one.occurred_at, one.payload["reason"])
        for one in envelopes
        if one.kind == DueSet.kind
    }
    found = stories(told, house.sla, now)
    return [replace(one, hand=hands.get(one.clock.target)) if one.clock.is_due_by_hand else one for one in found]


def policy_name(house: House, policy_id: UUID | None, version: int | None) -> str | None:
    """What a version of a policy was called."""
    found = house.sla.policy(policy_id, version)
    return found.name if found else None


def names_in(session: Session, house: House, found: list[Story]) -> Name:
    """The names of queues and agents in these stories."""
    ids = {one.holder.agent_id for story in found for one in story.segments if one.holder.agent_id}
    ids |= {story.hand.actor_id for story in found if story.hand and story.hand.actor_id}
    people = session.execute(sa.select(col(Person.id), col(Person.name)).where(col(Person.id).in_(ids))) if ids else ()
    names = {row[0]: row[1] for row in people} | {place.id: place.name for place in house.queues.values()}
    return lambda of: names.get(of, "somebody")
