"""Who may see whether somebody is there: they themselves, whoever leads a queue that they work in, administrators."""

from collections.abc import Callable
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.db import Database
from app.people.person import Person
from app.presence.row import PersonPresence
from app.queues.holders import at_work, colleagues
from app.queues.house import House, house_of
from core.actor import Actor


def team_of(session: Session, house: House, actor: Actor) -> frozenset[UUID] | None:
    """The people whose presence somebody may see; None: everybody's."""
    if actor.scope.everything:
        return None
    own = {actor.person_id} if actor.person_id else set()
    people = colleagues(session) if actor.scope.admin_queue_ids else []
    for queue_id in actor.scope.admin_queue_ids:
        own |= {one.person_id for one, _ in at_work(house, queue_id, people)}
    return frozenset(own)


def team_from(database: Database) -> Callable[[Actor], frozenset[UUID] | None]:
    """`team_of` for faces that know no database."""

    def team(actor: Actor) -> frozenset[UUID] | None:
        with database.reading() as session:
            return team_of(session, house_of(session), actor)

    return team


def presences(session: Session, house: House, actor: Actor) -> list[tuple[PersonPresence, str]]:
    """Whoever of them is not offline, with their names; by name."""
    team = team_of(session, house, actor)
    found = (
        sa.select(PersonPresence, col(Person.name))
        .join(Person, col(Person.id) == col(PersonPresence.person_id))
        .where(col(PersonPresence.presence) != "offline", col(Person.is_active))
        .order_by(col(Person.name), col(Person.id))
    )
    if team is not None:
        found = found.where(col(PersonPresence.person_id).in_(team))
    return [(row[0], row[1]) for row in session.execute(found)]
