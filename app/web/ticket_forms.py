"""From a ticket's small forms to commands. Every form carries the version that its reader saw."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Form
from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.queues.house import house_of
from app.tickets import commands
from app.tickets.command import Command, Confirmable
from app.tickets.decider import handle
from app.tickets.ticket import Ticket
from app.web.composer import NOTES, begun_with, called
from app.web.field_inputs import given
from app.web.ticket_page import find
from app.web.times import local_instant
from app.web.uploads import attachments
from core.actor import Actor
from core.errors import Invalid
from core.events import Category

Version = Annotated[int, Form()]
Text = Annotated[str, Form()]

FIELDS = (
    "state", "assignee", "queue", "priority", "title", "tags", "messages", "watching", "snooze", "fields", "due",
)  # fmt: skip
"""The forms of a ticket: the last part of their address."""


def asked(session: Session, actor: Actor, number: int, form: str, typed: dict[str, str]) -> list[Command]:
    """The commands that a form stands for."""
    ticket = find(session, actor, number)
    try:
        if form == "snooze":
            return [commands.Snooze(until=local_instant(typed.get("until", ""), actor.timezone))]
        if form == "due":
            return [_due(typed, actor)]
        wanted = _asked(session, actor, ticket, form, typed)
        return [_confirmed(one) for one in wanted] if typed.get("confirm") else wanted
    except ValidationError as error:
        raise Invalid(words_of(error)) from error
    except ValueError as error:
        raise Invalid("This form was not filled in by our page; open the ticket again.") from error


def do_all(session: Session, actor: Actor, number: int, wanted: Sequence[Command], version: int) -> Ticket:
    """All of them in the caller's transaction; only the first must meet the version that was seen."""
    ticket = find(session, actor, number)
    for n, command in enumerate(wanted):
        expected = version if n == 0 else None
        ticket = handle(session, actor, command, ticket_id=ticket.id, expected_version=expected, source="web")
    return ticket


def _asked(session: Session, actor: Actor, ticket: Ticket, form: str, typed: dict[str, str]) -> list[Command]:
    match form:
        case "assignee":
            return [commands.Assign(agent_id=UUID(typed["assignee"]) if typed.get("assignee") else None)]
        case "queue":
            return [commands.Move(queue_id=UUID(typed.get("queue", "")))]
        case "priority":
            return [commands.Prioritise(priority=int(typed.get("priority", "")))]
        case "title":
            return [commands.Retitle(title=typed.get("title", "").strip())]
        case "tags":
            return [commands.Tag(add=_tags(typed.get("add", "")), remove=_tags(typed.get("remove", "")))]
        case "fields":
            values = given(typed, house_of(session).fields, actor.timezone)
            return [commands.SetFields.model_validate({"fields": values})]
        case "watching":
            return [commands.Watch() if typed.get("watching") == "yes" else commands.Unwatch()]
        case "state":
            return [_to_state(session, ticket, UUID(typed.get("state", "")))]
        case _:
            return _message(session, actor, ticket, typed)


def _due(typed: dict[str, str], actor: Actor) -> Command:
    """A due time by hand; with `do=clear`, none."""
    due_at = None if typed.get("do") == "clear" else local_instant(typed.get("due_at", ""), actor.timezone)
    return commands.SetDue.model_validate(
        {"target": typed.get("target", ""), "due_at": due_at, "reason": typed.get("reason") or "other"}
    )


def _confirmed(command: Command) -> Command:
    return command.model_copy(update={"confirm": True}) if isinstance(command, Confirmable) else command


def _to_state(session: Session, ticket: Ticket, state_id: UUID) -> Command:
    """A closed ticket is reopened, not set."""
    state = house_of(session).state(state_id)
    if ticket.category == Category.CLOSED and state.category.is_unsolved:
        return commands.Reopen()
    return commands.SetState(state_id=state_id)


def _message(session: Session, actor: Actor, ticket: Ticket, typed: dict[str, str]) -> list[Command]:
    body, state, files = typed.get("body", ""), typed.get("state", ""), attachments(typed)
    if (visibility := typed.get("visibility")) in NOTES:
        return [
            commands.Note.model_validate(
                {
                    "body": body,
                    "visibility": visibility,
                    "attachments": files,
                    "mentions": called(session, actor, ticket, typed),
                }
            ),
            *([_to_state(session, ticket, UUID(state))] if state else []),
        ]
    begun, chosen = begun_with(typed), UUID(state) if state else None
    return [commands.Reply(body=body, state_id=chosen, attachments=files, canned_reply_id=begun)]


def _tags(text: str) -> list[str]:
    return [tag.strip() for tag in text.split(",") if tag.strip()]


def words_of(error: ValidationError) -> str:
    """A sentence for what the form got wrong."""
    first = error.errors()[0]
    words = str(first["msg"]).removeprefix("Value error, ")
    return words if first["type"] == "value_error" else f"{str(first['loc'][-1]).capitalize()}: {words}."
