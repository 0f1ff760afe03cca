"""What a ticket's page tells of other tickets: links, where it was merged, what was merged into it."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.policy import scope_filter
from app.queues.house import House
from app.tickets.link import TicketLink, links_of
from app.tickets.ticket import Ticket
from app.web.around import Around
from core.actor import Actor

WORDS = {
    ("relates", True): "relates to", ("relates", False): "relates to",
    ("duplicates", True): "duplicates", ("duplicates", False): "is duplicated by",
    ("parent", True): "is the parent of", ("parent", False): "is a child of",
    ("follow_up", True): "follows up", ("follow_up", False): "is followed up by",
}  # fmt: skip
KINDS = [
    ("relates", "relates to"), ("duplicates", "duplicates"), ("parent", "is the parent of"),
    ("child", "is a child of"), ("follow_up", "follows up"),
]  # fmt: skip


def family_values(session: Session, actor: Actor, house: House, ticket: Ticket, has: Around) -> dict[str, Any]:
    """What the template needs."""
    links = links_of(session, actor, ticket.id) if has.links else []
    near = _merged(session, actor, ticket) if has.merged or ticket.merged_into_id else []
    return {
        "links": [_line(house, link, other, ticket) for link, other in links],
        "link_kinds": KINDS,
        "merged_into": next((one for one in near if one.id == ticket.merged_into_id), None),
        "merged_from": [one for one in near if one.id != ticket.merged_into_id],
    }


def _merged(session: Session, actor: Actor, ticket: Ticket) -> Sequence[Ticket]:
    """Where it was merged, and what was merged into it."""
    query = sa.select(Ticket).where(
        sa.or_(col(Ticket.id) == ticket.merged_into_id, col(Ticket.merged_into_id) == ticket.id),
        scope_filter(actor.scope),
    )
    return session.execute(query).scalars().all()


def _line(house: House, link: TicketLink, other: Ticket, ticket: Ticket) -> dict[str, Any]:
    is_from = link.from_id == ticket.id
    return {
        "words": WORDS[link.kind, is_from],
        "kind": "child" if link.kind == "parent" and not is_from else link.kind,
        "can_remove": is_from or link.kind in ("parent", "relates"),
        "ticket": other,
        "state": house.states[other.state_id].name,
    }
