"""Drafts over HTTP: one's own on a ticket, one of each kind."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Header
from pydantic import BaseModel, Field

from app.drafts.keep import Kept, Visibility, Words, draft_of, drafts_of, drop_draft, keep_draft
from app.drafts.row import DraftKind
from app.rest import PREFIX
from app.rest.ask import Ask, Reading, Route, Writing
from app.rest.page import Page
from app.rest.problem import responses
from app.tickets.queries import seen_ticket
from core.errors import NotFound

router = APIRouter(
    prefix=f"{PREFIX}/tickets/{{ticket_id}}/drafts",
    tags=["drafts"],
    route_class=Route,
    responses=responses(401, 403, 404, 422, 503),
)
IfMatch = Annotated[
    str,
    Header(
        description='The ETag of the draft as you last read it, "0" if there was none; if another window changed it'
        " since, the answer is 412.",
        pattern=r'^(\*|"?[0-9]{1,15}"?)$',
    ),
]


class DraftAnswer(BaseModel):
    """What you have begun to write. Nobody else reads it."""

    kind: DraftKind
    body: str
    visibility: Visibility
    attachments: list[UUID]
    canned_reply_id: UUID | None
    version: int = Field(description="Also its ETag; 0: there is none.")
    updated_at: datetime | None

    @classmethod
    def of(cls, kept: Kept) -> Self:
        """What its person is told of a draft."""
        return cls(
            kind=kept.kind, body=kept.body, visibility=kept.visibility, attachments=[*kept.attachment_ids],
            canned_reply_id=kept.canned_reply_id, version=kept.version,
            updated_at=kept.rows[-1].updated_at if kept.rows else None,
        )  # fmt: skip


@router.get("")
def list_drafts(ask: Reading, ticket_id: UUID) -> Page[DraftAnswer]:
    """Your drafts on a ticket, the newest first; those on tickets that were merged into it are in them."""
    ticket = seen_ticket(ask.session, ask.actor, ticket_id)
    return Page(items=[DraftAnswer.of(one) for one in drafts_of(ask.session, ask.actor, ticket)], next=None)


@router.get("/{kind}")
def read_draft(ask: Reading, ticket_id: UUID, kind: DraftKind) -> DraftAnswer:
    """Your draft of a reply or a note."""
    kept = draft_of(ask.session, ask.actor, seen_ticket(ask.session, ask.actor, ticket_id), kind)
    if not kept.rows:
        raise NotFound("You have no such draft on this ticket.")
    return _answer(ask, kept)


@router.put("/{kind}", responses=responses(412))
def save_draft(ask: Writing, ticket_id: UUID, kind: DraftKind, body: Words, if_match: IfMatch = "*") -> DraftAnswer:
    """Save it. Without text and files it is dropped."""
    return _answer(ask, keep_draft(ask.session, ask.actor, ticket_id, kind, body, _version_in(if_match)))


@router.delete("/{kind}", status_code=204, responses=responses(412))
def delete_draft(ask: Writing, ticket_id: UUID, kind: DraftKind, if_match: IfMatch = "*") -> None:
    """Drop it."""
    ticket = seen_ticket(ask.session, ask.actor, ticket_id)
    drop_draft(ask.session, ask.actor, ticket, kind, _version_in(if_match))


def _answer(ask: Ask, kept: Kept) -> DraftAnswer:
    ask.headers["ETag"] = f'"{kept.version}"'
    return DraftAnswer.of(kept)


def _version_in(if_match: str) -> int | None:
    return None if if_match == "*" else int(if_match.strip('"'))
