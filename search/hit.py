"""What is shown of a ticket that was found: never more than the asker may read."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from markupsafe import Markup

from core.actor import Scope
from core.events import Category
from search.document import Document
from search.highlight import Highlighter


@dataclass(frozen=True, slots=True)
class Hit:
    """A ticket on a page of results. The `_html` parts are escaped, with the words that matched in `<mark>`."""

    ticket_id: UUID
    number: int
    title: str
    title_html: Markup
    snippet_html: Markup
    snippet_is_internal: bool
    """Whether the snippet comes from an internal note, so that a page can say so."""
    tags: tuple[str, ...]
    queue_id: UUID
    state: str
    category: Category
    priority: int
    agent_id: UUID | None
    agent: str
    requester_id: UUID | None
    requester: str
    organisation_id: UUID | None
    organisation: str
    channel: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A ticket offered while somebody types."""

    ticket_id: UUID
    number: int
    title: str
    title_html: Markup


def make_hit(document: Document, highlighter: Highlighter, scope: Scope) -> Hit:
    """The hit for a document inside `scope`. Tags are the staff's own labels, so only they see them."""
    bodies = [(body, False) for body in document.bodies_public]
    if scope.internal:
        bodies += [(body, True) for body in document.bodies_internal]
    snippet_html, is_internal = highlighter.snippet(bodies)
    return Hit(
        ticket_id=document.ticket_id,
        number=document.number,
        title=document.title,
        title_html=highlighter.title(document.title),
        snippet_html=snippet_html,
        snippet_is_internal=is_internal,
        tags=document.tags if scope.internal else (),
        queue_id=document.queue_id,
        state=document.state,
        category=document.category,
        priority=document.priority,
        agent_id=document.agent_id,
        agent=document.agent,
        requester_id=document.requester_id,
        requester=document.requester,
        organisation_id=document.organisation_id,
        organisation=document.organisation,
        channel=document.channel,
        created_at=document.created_at,
        updated_at=document.updated_at,
    )


def make_suggestion(document: Document, highlighter: Highlighter) -> Suggestion:
    """The suggestion for a document whose title (or number) was being typed."""
    return Suggestion(document.ticket_id, document.number, document.title, highlighter.title(document.title))
