"""Merge, split and link over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from app import policy
from app.rest import PREFIX
from app.rest.ask import Ask, Reading, Route, Writing
from app.rest.page import Page
from app.rest.problem import responses
from app.tickets import connect, merge, split
from app.tickets.answers import MessageAnswer, TicketAnswer
from app.tickets.duplicates import duplicates_of
from app.tickets.link import links_of
from app.tickets.queries import seen_ticket
from app.tickets.routes import CHANGED, IfMatch, shown, version_in
from app.tickets.ticket import Ticket
from app.tickets.together import Deed
from core.errors import NotAllowed
from core.events import LinkKind

router = APIRouter(
    prefix=f"{PREFIX}/tickets", tags=["tickets"], route_class=Route, responses=responses(401, 403, 404, 422, 503)
)


class UnmergeAnswer(BaseModel):
    """A ticket that stands alone again, and what came in on the other while they were one."""

    ticket: TicketAnswer
    target_id: UUID
    messages_since: list[MessageAnswer]


class LinkAnswer(BaseModel):
    """A link between two tickets, with the one at the other end."""

    kind: LinkKind
    from_id: UUID
    to_id: UUID
    ticket: TicketAnswer


class DuplicateAnswer(BaseModel):
    """A ticket that may be about the same matter, and what speaks for it."""

    ticket: TicketAnswer
    reasons: list[str] = Field(examples=[["the same requester", "opened within an hour"]])


@router.get("/{ticket_id}/duplicates")
def list_duplicates(ask: Reading, ticket_id: UUID) -> Page[DuplicateAnswer]:
    """Tickets that may be about the same, the likeliest first: at most five that you may see and merge."""
    ticket = seen_ticket(ask.session, ask.actor, ticket_id)
    if not ask.actor.scope.internal:
        raise NotAllowed("Only colleagues merge tickets.")
    policy.demand_full_agent(ask.actor, is_for_light_agents=False)
    found = duplicates_of(ask.session, ask.actor, ticket)
    return Page(items=[DuplicateAnswer(ticket=shown(ask, one.ticket), reasons=list(one.reasons)) for one in found])


@router.post("/{ticket_id}/merge", responses=CHANGED)
def merge_ticket(ask: Writing, ticket_id: UUID, body: merge.Merge, if_match: IfMatch = "*") -> TicketAnswer:
    """Merge it into another, which is the answer. Its messages stay where they are and are shown there."""
    deed = _deed(ask, confirm=body.confirm)
    return _answer(ask, merge.merge(deed, ticket_id, body.into_id, version_in(if_match)))


@router.post("/{ticket_id}/unmerge", responses=CHANGED)
def unmerge_ticket(ask: Writing, ticket_id: UUID, if_match: IfMatch = "*") -> UnmergeAnswer:
    """Undo its merge; what came in on the other since then can be told to belong here (place-messages)."""
    source, target, since = merge.unmerge(_deed(ask), ticket_id, version_in(if_match))
    messages = [MessageAnswer.of(message) for message in since]
    return UnmergeAnswer(ticket=_answer(ask, source), target_id=target.id, messages_since=messages)


@router.post("/{ticket_id}/place-messages", responses=CHANGED)
def place_messages(ask: Writing, ticket_id: UUID, body: merge.PlaceMessages) -> TicketAnswer:
    """Tell messages that this ticket shows to belong to one that was merged into it before, which is the answer."""
    return _answer(ask, merge.place(_deed(ask), ticket_id, body))


@router.post("/{ticket_id}/split", status_code=201, responses=CHANGED)
def split_ticket(ask: Writing, ticket_id: UUID, body: split.Split, if_match: IfMatch = "*") -> TicketAnswer:
    """Make a new linked ticket that shows some of its messages too."""
    made = split.split(_deed(ask), ticket_id, body, version_in(if_match))
    ask.headers["Location"] = f"/api/v1/tickets/{made.id}"
    return _answer(ask, made)


@router.get("/{ticket_id}/links")
def list_links(ask: Reading, ticket_id: UUID) -> Page[LinkAnswer]:
    """Its links to tickets that you may see."""
    ticket = seen_ticket(ask.session, ask.actor, ticket_id)
    items = [
        LinkAnswer(kind=link.kind, from_id=link.from_id, to_id=link.to_id, ticket=shown(ask, other))
        for link, other in links_of(ask.session, ask.actor, ticket.id)
    ]
    return Page(items=items, next=None)


@router.post("/{ticket_id}/links", responses=CHANGED)
def link_ticket(ask: Writing, ticket_id: UUID, body: connect.Link) -> TicketAnswer:
    """Link it to another."""
    return _answer(ask, connect.link(_deed(ask), ticket_id, body))


@router.delete("/{ticket_id}/links", responses=CHANGED)
def unlink_ticket(ask: Writing, ticket_id: UUID, wish: Annotated[connect.Link, Query()]) -> TicketAnswer:
    """Take a link away."""
    return _answer(ask, connect.unlink(_deed(ask), ticket_id, wish))


def _deed(ask: Ask, *, confirm: bool = False) -> Deed:
    return Deed(ask.session, ask.actor, is_confirmed=confirm)


def _answer(ask: Ask, ticket: Ticket) -> TicketAnswer:
    ask.headers["ETag"] = f'"{ticket.version}"'
    return shown(ask, ticket)
