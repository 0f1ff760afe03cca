"""GET /api/v1/tickets/{id}/access: who may see a ticket, and through which grant."""

from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from app.rest import PREFIX
from app.rest.ask import Reading, Route
from app.rest.problem import responses
from app.tickets.access import MOST_PEOPLE, Access, Reason, Through, access_of
from app.tickets.queries import seen_ticket
from core.actor import Role

router = APIRouter(
    prefix=f"{PREFIX}/tickets", tags=["tickets"], route_class=Route, responses=responses(401, 403, 404, 422, 503)
)


class ReasonAnswer(BaseModel):
    """One way by which somebody sees a ticket."""

    through: Through
    queue_id: UUID | None = Field(description="The queue in which the grant stands.")
    rights: list[str]
    words: str = Field(examples=["holds read, reply in Support"])

    @classmethod
    def of(cls, reason: Reason) -> Self:
        """What is told of a reason."""
        return cls(through=reason.through, queue_id=reason.queue_id, rights=[*reason.rights], words=reason.words)


class PersonAccess(BaseModel):
    """Whether one person may see the ticket, and why."""

    person_id: UUID
    name: str
    role: Role
    may_see: bool
    words: str = Field(description="Why, or why not, in a sentence that goes on after the name.")
    reasons: list[ReasonAnswer]

    @classmethod
    def of(cls, access: Access) -> Self:
        """What is told of a person's access."""
        person, reasons = access.person, [ReasonAnswer.of(reason) for reason in access.reasons]
        return cls(
            person_id=person.id, name=person.name, role=Role(person.role),
            may_see=access.may_see, words=access.words, reasons=reasons,
        )  # fmt: skip


class AccessAnswer(BaseModel):
    """Who may see a ticket."""

    people: list[PersonAccess]
    is_whole: bool = Field(description=f"Whether this is everybody; at most {MOST_PEOPLE} are listed.")


@router.get("/{ticket_id}/access")
def read_access(
    ask: Reading,
    ticket_id: UUID,
    person: Annotated[UUID | None, Query(description="Only this person: may they, and why, or why not.")] = None,
) -> AccessAnswer:
    """Who can see this ticket, and through which grant. For colleagues only."""
    ticket = seen_ticket(ask.session, ask.actor, ticket_id)
    found = access_of(ask.session, ask.actor, ticket, person)
    return AccessAnswer(
        people=[PersonAccess.of(one) for one in found[:MOST_PEOPLE]], is_whole=len(found) <= MOST_PEOPLE
    )
