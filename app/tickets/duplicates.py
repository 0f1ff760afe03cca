"""Which tickets may be the same matter twice, and why: who asked, what about, and how near in time.

Only tickets that the reader may see and merge, opened within two weeks of each other: an index finds those. The
judgement is pure, and each reason is told, so that people decide.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from difflib import SequenceMatcher

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app import policy
from app.tickets.states import GONE
from app.tickets.ticket import Ticket
from core.actor import Actor

WITHIN = timedelta(days=14)
MOST_LOOKED_AT = 500
MOST = 5
ENOUGH = 4.0
"""A requester and the same day, or a requester and much the same subject, are enough; a subject alone is not."""

_prefix = re.compile(r"^\s*((re|fw|fwd|aw|wg|sv|vs|tr|rv|res|enc)\s*(\[\d+\])?:\s*)+", re.IGNORECASE)
_reference = re.compile(r"\b(?=[\w-]*\d{4})[\w][\w-]*\b")


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A ticket that may be about the same, with the reasons, the weightiest first."""

    ticket: Ticket
    weight: float
    reasons: tuple[str, ...]


def duplicates_of(session: Session, actor: Actor, ticket: Ticket) -> list[Duplicate]:
    """The few most likely ones."""
    theirs = [
        column == value
        for column, value in (
            (col(Ticket.requester_id), ticket.requester_id),
            (col(Ticket.organisation_id), ticket.organisation_id),
        )
        if value is not None
    ]
    if not theirs:
        return []
    found = session.execute(
        sa.select(Ticket)
        .where(
            col(Ticket.created_at).between(ticket.created_at - WITHIN, ticket.created_at + WITHIN),
            col(Ticket.id) != ticket.id,
            col(Ticket.category).not_in(GONE),
            sa.or_(*theirs),
            policy.scope_filter(policy.visible(actor)),
        )
        .order_by(col(Ticket.created_at).desc())
        .limit(MOST_LOOKED_AT)
    ).scalars()
    mergeable = [other for other in found if policy.can(actor, "merge", other.queue_id, other)]
    judged = [one for other in mergeable if (one := judge(ticket, other)).weight >= ENOUGH]
    return sorted(judged, key=lambda one: (-one.weight, abs(one.ticket.created_at - ticket.created_at)))[:MOST]


def judge(ticket: Ticket, other: Ticket) -> Duplicate:
    """How much speaks for their being one, and what."""
    weighed = [_requester(ticket, other), _subject(ticket.title, other.title), _reference_in_both(ticket, other),
               _time(ticket, other)]  # fmt: skip
    told = sorted((one for one in weighed if one[0]), key=lambda one: -one[0])
    return Duplicate(other, sum(weight for weight, _ in told), tuple(words for _, words in told))


def _requester(ticket: Ticket, other: Ticket) -> tuple[float, str]:
    if ticket.requester_id is not None and ticket.requester_id == other.requester_id:
        return 3.0, "the same requester"
    if ticket.organisation_id is not None and ticket.organisation_id == other.organisation_id:
        return 1.0, "the same organisation"
    return 0.0, ""


def _subject(one: str, other: str) -> tuple[float, str]:
    likeness = SequenceMatcher(None, _plain(one), _plain(other), autojunk=False).ratio()
    if likeness == 1:
        return 3.0, "the same subject"
    return (3.0 * likeness - 0.5, f"a similar subject ({likeness:.0%} alike)") if likeness >= 0.6 else (0.0, "")


def _reference_in_both(ticket: Ticket, other: Ticket) -> tuple[float, str]:
    both = sorted(_references(ticket.title) & _references(other.title))
    return (2.0, f"both name {both[0]}") if both else (0.0, "")


def _time(ticket: Ticket, other: Ticket) -> tuple[float, str]:
    apart = abs(ticket.created_at - other.created_at)
    if apart <= timedelta(hours=1):
        return 1.5, "opened within an hour"
    if apart <= timedelta(days=1):
        return 1.0, "opened within a day"
    return 0.25, f"opened {max(apart.days, 1)} day{'' if apart.days <= 1 else 's'} apart"


def _plain(title: str) -> str:
    return " ".join(_prefix.sub("", title).casefold().split())


def _references(title: str) -> set[str]:
    """Words with four digits or more: order numbers, serial numbers."""
    return {found.group().upper() for found in _reference.finditer(title)}
