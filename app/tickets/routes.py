"""Tickets over HTTP: find, read, open, and one address for each command."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query

from app.files.seeing import files_of
from app.queues.house import house_of
from app.rest import PREFIX
from app.rest.ask import Ask, Reading, Route, Writing
from app.rest.page import After, Limit, Page, page_of
from app.rest.problem import responses
from app.tickets import commands
from app.tickets.answers import EventAnswer, MessageAnswer, TicketAnswer, TicketPart
from app.tickets.command import Command
from app.tickets.queries import TicketFilter, find_tickets, history_of, messages_of, seen_ticket, sort_key
from app.tickets.ticket import Ticket

router = APIRouter(
    prefix=f"{PREFIX}/tickets", tags=["tickets"], route_class=Route, responses=responses(401, 403, 404, 422, 503)
)
IfMatch = Annotated[
    str,
    Header(
        description="The ETag of the ticket as you last read it; if somebody changed it since, the answer is 412.",
        pattern=r'^(\*|"?[0-9]{1,9}"?)$',
    ),
]
CHANGED = responses(409, 412)


@router.get("")
def list_tickets(ask: Reading, wanted: Annotated[TicketFilter, Query()]) -> Page[TicketAnswer] | Page[TicketPart]:
    """The tickets that you may see, page by page; with `fields`, only those fields of each."""
    found = find_tickets(ask.session, ask.actor, wanted)
    items, more = page_of(found, wanted.limit, lambda one: shown(ask, one), lambda one: sort_key(one, wanted.sort))
    if wanted.fields:
        mask = frozenset(wanted.fields.split(","))
        return Page[TicketPart](items=[TicketPart.of(item, mask) for item in items], next=more)
    return Page[TicketAnswer](items=items, next=more)


@router.post("", status_code=201, responses=responses(409))
def open_ticket(ask: Writing, body: commands.Open) -> TicketAnswer:
    """Open a ticket with its first message."""
    ticket = ask.handle(body)
    ask.headers["Location"] = f"/api/v1/tickets/{ticket.id}"
    return shown(ask, ticket)


@router.get("/{ticket_id}")
def read_ticket(ask: Reading, ticket_id: UUID) -> TicketAnswer:
    """One ticket. The ETag of the answer is what `If-Match` wants."""
    ticket = seen_ticket(ask.session, ask.actor, ticket_id)
    ask.headers["ETag"] = f'"{ticket.version}"'
    return shown(ask, ticket)


@router.get("/{ticket_id}/messages")
def list_messages(ask: Reading, ticket_id: UUID, limit: Limit = 50, after: After = None) -> Page[MessageAnswer]:
    """What was written on a ticket, oldest first. Customers see what is public."""
    ticket = seen_ticket(ask.session, ask.actor, ticket_id)
    found = messages_of(ask.session, ask.actor, ticket, limit=limit, after=after)
    files = files_of(ask.session, [message.id for message in found])
    items, more = page_of(
        found, limit, lambda one: MessageAnswer.of(one, files.get(one.id, ())), lambda one: (one.created_at, one.id)
    )
    return Page(items=items, next=more)


@router.get("/{ticket_id}/events")
def list_events(ask: Reading, ticket_id: UUID) -> Page[EventAnswer]:
    """Everything that happened to a ticket, oldest first, to the last command. For colleagues only."""
    ticket = seen_ticket(ask.session, ask.actor, ticket_id)
    return Page(items=[EventAnswer.of(envelope) for envelope in history_of(ask.session, ask.actor, ticket)], next=None)


@router.post("/{ticket_id}/reply", responses=CHANGED)
def reply_ticket(ask: Writing, ticket_id: UUID, body: commands.Reply, if_match: IfMatch = "*") -> TicketAnswer:
    """Say something that the customer reads, or, as the customer, write again."""
    return _done(ask, body, ticket_id, if_match)


@router.post("/{ticket_id}/note", responses=CHANGED)
def note_ticket(ask: Writing, ticket_id: UUID, body: commands.Note, if_match: IfMatch = "*") -> TicketAnswer:
    """Say something that only colleagues read."""
    return _done(ask, body, ticket_id, if_match)


@router.post("/{ticket_id}/assign", responses=CHANGED)
def assign_ticket(ask: Writing, ticket_id: UUID, body: commands.Assign, if_match: IfMatch = "*") -> TicketAnswer:
    """Make one agent responsible, or nobody."""
    return _done(ask, body, ticket_id, if_match)


@router.post("/{ticket_id}/move", responses=CHANGED)
def move_ticket(ask: Writing, ticket_id: UUID, body: commands.Move, if_match: IfMatch = "*") -> TicketAnswer:
    """Hand the ticket to another queue."""
    return _done(ask, body, ticket_id, if_match)


@router.post("/{ticket_id}/prioritise", responses=CHANGED)
def prioritise_ticket(
    ask: Writing, ticket_id: UUID, body: commands.Prioritise, if_match: IfMatch = "*"
) -> TicketAnswer:
    """Say how urgent it is."""
    return _done(ask, body, ticket_id, if_match)


@router.post("/{ticket_id}/retitle", responses=CHANGED)
def retitle_ticket(ask: Writing, ticket_id: UUID, body: commands.Retitle, if_match: IfMatch = "*") -> TicketAnswer:
    """Give it a better subject."""
    return _done(ask, body, ticket_id, if_match)


@router.post("/{ticket_id}/tag", responses=CHANGED)
def tag_ticket(ask: Writing, ticket_id: UUID, body: commands.Tag, if_match: IfMatch = "*") -> TicketAnswer:
    """Add words to find it by, or take some."""
    return _done(ask, body, ticket_id, if_match)


@router.post("/{ticket_id}/set-field", responses=CHANGED)
def set_field_ticket(ask: Writing, ticket_id: UUID, body: commands.SetField, if_match: IfMatch = "*") -> TicketAnswer:
    """Give a custom field a value, or none."""
    return _done(ask, body, ticket_id, if_match)


@router.post("/{ticket_id}/set-fields", responses=CHANGED)
def set_fields_ticket(ask: Writing, ticket_id: UUID, body: commands.SetFields, if_match: IfMatch = "*") -> TicketAnswer:
    """Give several custom fields values at once."""
    return _done(ask, body, ticket_id, if_match)


@router.post("/{ticket_id}/set-state", responses=CHANGED)
def set_state_ticket(ask: Writing, ticket_id: UUID, body: commands.SetState, if_match: IfMatch = "*") -> TicketAnswer:
    """Give it any state of the house."""
    return _done(ask, body, ticket_id, if_match)


@router.post("/{ticket_id}/snooze", responses=CHANGED)
def snooze_ticket(ask: Writing, ticket_id: UUID, body: commands.Snooze, if_match: IfMatch = "*") -> TicketAnswer:
    """Let it sleep until a stated time."""
    return _done(ask, body, ticket_id, if_match)


@router.post("/{ticket_id}/set-due", responses=CHANGED)
def set_due_ticket(ask: Writing, ticket_id: UUID, body: commands.SetDue, if_match: IfMatch = "*") -> TicketAnswer:
    """Say by hand when one of its promises is due, or leave it to the policy again."""
    return _done(ask, body, ticket_id, if_match)


@router.post("/{ticket_id}/solve", responses=CHANGED)
def solve_ticket(
    ask: Writing, ticket_id: UUID, body: commands.Solve = commands.Solve(), if_match: IfMatch = "*"
) -> TicketAnswer:
    """Say that it has its answer."""
    return _done(ask, body, ticket_id, if_match)


@router.post("/{ticket_id}/close", responses=CHANGED)
def close_ticket(
    ask: Writing, ticket_id: UUID, body: commands.Close = commands.Close(), if_match: IfMatch = "*"
) -> TicketAnswer:
    """End it for good."""
    return _done(ask, body, ticket_id, if_match)


@router.post("/{ticket_id}/reopen", responses=CHANGED)
def reopen_ticket(
    ask: Writing, ticket_id: UUID, body: commands.Reopen = commands.Reopen(), if_match: IfMatch = "*"
) -> TicketAnswer:
    """Take it up again."""
    return _done(ask, body, ticket_id, if_match)


@router.post("/{ticket_id}/watch", responses=CHANGED)
def watch_ticket(ask: Writing, ticket_id: UUID, body: commands.Watch, if_match: IfMatch = "*") -> TicketAnswer:
    """Follow it without owning it."""
    return _done(ask, body, ticket_id, if_match)


@router.post("/{ticket_id}/unwatch", responses=CHANGED)
def unwatch_ticket(ask: Writing, ticket_id: UUID, body: commands.Unwatch, if_match: IfMatch = "*") -> TicketAnswer:
    """Follow it no longer."""
    return _done(ask, body, ticket_id, if_match)


def _done(ask: Ask, do: Command, ticket_id: UUID, if_match: str) -> TicketAnswer:
    return shown(ask, ask.handle(do, ticket_id, version_in(if_match)))


def version_in(if_match: str) -> int | None:
    """The version that the asker read; None: whatever it is."""
    return None if if_match == "*" else int(if_match.strip('"'))


def shown(ask: Ask, ticket: Ticket) -> TicketAnswer:
    """What the asker is told of a ticket."""
    return TicketAnswer.of(ticket, house_of(ask.session), ask.actor.scope)
