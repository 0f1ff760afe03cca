"""Macros and canned replies over HTTP: set up, preview on a ticket, apply, fill."""

from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from app.audience import Audience, demand_staff
from app.macros.actions import Actions, AnyAction
from app.macros.apply import apply_actions, preview
from app.macros.macro import CannedReply, Macro
from app.macros.placeholders import PLACEHOLDERS, filled
from app.macros.setup import actions_of, all_of, define_macro, define_reply, one_of, remove
from app.queues.house import house_of
from app.rest import PREFIX
from app.rest.ask import Reading, Route, Writing
from app.rest.fields import SPOKEN, Spoken
from app.rest.page import Page
from app.rest.problem import responses
from app.tickets import command
from app.tickets.answers import TicketAnswer
from app.tickets.queries import seen_ticket
from app.tickets.routes import IfMatch

ANY = responses(401, 403, 404, 422, 503)
macros = APIRouter(prefix=f"{PREFIX}/macros", tags=["macros"], route_class=Route, responses=ANY)
replies = APIRouter(prefix=f"{PREFIX}/canned-replies", tags=["macros"], route_class=Route, responses=ANY)
placeholders = APIRouter(prefix=f"{PREFIX}/placeholders", tags=["macros"], route_class=Route, responses=ANY)

Title = Annotated[str, Field(min_length=1, max_length=100, json_schema_extra=SPOKEN), Spoken]
For = Annotated[Audience, Field(description="You, everybody who reads `queue_id`, or everybody.")]


class MacroWish(BaseModel):
    """A macro as it shall be."""

    model_config = ConfigDict(extra="forbid")

    name: Title
    actions: Actions
    audience: For = "private"
    queue_id: UUID | None = None


class MacroAnswer(BaseModel):
    """Several actions under one name."""

    id: UUID
    name: str
    actions: list[AnyAction]
    audience: Audience
    owner_id: UUID | None
    queue_id: UUID | None

    @classmethod
    def of(cls, macro: Macro) -> Self:
        """What is told of a macro."""
        return cls(**macro.model_dump(exclude={"created_at", "actions"}), actions=actions_of(macro))


class ReplyWish(BaseModel):
    """A canned reply as it shall be."""

    model_config = ConfigDict(extra="forbid")

    name: Title
    body: command.Body
    audience: For = "private"
    queue_id: UUID | None = None


class ReplyAnswer(BaseModel):
    """A text with placeholders. `filled` is the text for the ticket that was named, if one was."""

    id: UUID
    name: str
    body: str
    audience: Audience
    owner_id: UUID | None
    queue_id: UUID | None
    filled: str | None = None

    @classmethod
    def of(cls, reply: CannedReply, text: str | None = None) -> Self:
        """What is told of a canned reply."""
        return cls(**reply.model_dump(exclude={"created_at"}), filled=text)


class ChangeAnswer(BaseModel):
    """A field before and after."""

    field: str
    before: Any
    after: Any


class SaidAnswer(BaseModel):
    """What would be said, and to whom."""

    visibility: str
    body: str


class PreviewAnswer(BaseModel):
    """What a macro would do to a ticket now."""

    changes: list[ChangeAnswer]
    messages: list[SaidAnswer]


class PlaceholderAnswer(BaseModel):
    """Something that may stand in a text as `{{name}}`."""

    name: str
    meaning: str


@macros.get("")
def list_macros(ask: Reading) -> Page[MacroAnswer]:
    """Your macros, your teams' and everybody's."""
    demand_staff(ask.actor)
    return Page(items=[MacroAnswer.of(macro) for macro in all_of(ask.session, ask.actor, Macro)], next=None)


@macros.post("", status_code=201, responses=responses(409))
def create_macro(ask: Writing, body: MacroWish) -> MacroAnswer:
    """Set up a macro."""
    return MacroAnswer.of(define_macro(ask.session, ask.actor, **_wish(body)))


@macros.put("/{macro_id}", responses=responses(409))
def change_macro(ask: Writing, macro_id: UUID, body: MacroWish) -> MacroAnswer:
    """Change a macro."""
    return MacroAnswer.of(define_macro(ask.session, ask.actor, macro_id=macro_id, **_wish(body)))


@macros.delete("/{macro_id}", status_code=204)
def delete_macro(ask: Writing, macro_id: UUID) -> None:
    """Remove a macro; what was done with it stays done."""
    remove(ask.session, ask.actor, Macro, macro_id)


@macros.post("/{macro_id}/preview/{ticket_id}", responses=responses(409))
def preview_macro(ask: Writing, macro_id: UUID, ticket_id: UUID) -> PreviewAnswer:
    """What it would do to this ticket now. Nothing is changed; what would be refused is refused here."""
    macro = one_of(ask.session, ask.actor, Macro, macro_id)
    seen = preview(ask.session, ask.actor, ticket_id, actions_of(macro))
    return PreviewAnswer(
        changes=[ChangeAnswer(field=name, before=old, after=new) for name, (old, new) in seen.changes.items()],
        messages=[SaidAnswer(visibility=one.visibility, body=one.body) for one in seen.messages],
    )


@macros.post("/{macro_id}/apply/{ticket_id}", responses=responses(409, 412))
def apply_macro(ask: Writing, macro_id: UUID, ticket_id: UUID, if_match: IfMatch = "*") -> TicketAnswer:
    """Do all of it to this ticket, or nothing."""
    macro = one_of(ask.session, ask.actor, Macro, macro_id)
    version = None if if_match == "*" else int(if_match.strip('"'))
    ticket = apply_actions(
        ask.session, ask.actor, ticket_id, actions_of(macro), expected_version=version, macro_id=macro_id
    )
    ask.headers["ETag"] = f'"{ticket.version}"'
    return TicketAnswer.of(ticket, house_of(ask.session), ask.actor.scope)


@replies.get("")
def list_canned_replies(ask: Reading, ticket_id: UUID | None = None) -> Page[ReplyAnswer]:
    """Your canned replies, your teams' and everybody's; with `ticket_id`, each filled for that ticket."""
    demand_staff(ask.actor)
    found = all_of(ask.session, ask.actor, CannedReply)
    if ticket_id is None:
        return Page(items=[ReplyAnswer.of(one) for one in found], next=None)
    ticket = seen_ticket(ask.session, ask.actor, ticket_id)
    texts = [filled(ask.session, ask.actor, ticket, one.body) for one in found]
    return Page(items=[ReplyAnswer.of(one, text) for one, text in zip(found, texts, strict=True)], next=None)


@placeholders.get("")
def list_placeholders(ask: Reading) -> Page[PlaceholderAnswer]:
    """All that may stand between `{{` and `}}`."""
    demand_staff(ask.actor)
    return Page(
        items=[PlaceholderAnswer(name=name, meaning=words) for name, (words, _) in PLACEHOLDERS.items()], next=None
    )


@replies.post("", status_code=201, responses=responses(409))
def create_canned_reply(ask: Writing, body: ReplyWish) -> ReplyAnswer:
    """Set up a canned reply. A placeholder that does not exist is refused."""
    return ReplyAnswer.of(define_reply(ask.session, ask.actor, **body.model_dump()))


@replies.put("/{canned_reply_id}", responses=responses(409))
def change_canned_reply(ask: Writing, canned_reply_id: UUID, body: ReplyWish) -> ReplyAnswer:
    """Change a canned reply."""
    wish = body.model_dump()
    return ReplyAnswer.of(define_reply(ask.session, ask.actor, canned_reply_id=canned_reply_id, **wish))


@replies.delete("/{canned_reply_id}", status_code=204)
def delete_canned_reply(ask: Writing, canned_reply_id: UUID) -> None:
    """Remove a canned reply."""
    remove(ask.session, ask.actor, CannedReply, canned_reply_id)


def _wish(body: MacroWish) -> dict[str, Any]:
    return {"name": body.name, "actions": body.actions, "audience": body.audience, "queue_id": body.queue_id}
