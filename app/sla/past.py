"""What clocks may ask of a ticket's past: only policies that come late and shorter targets look there. Pure."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.sla.clock import Run, Span, runs_of
from app.sla.policy import Target
from app.sla.rules import Rules
from core.events import Category, ClockTold, Event, StatusChanged, TicketCreated

Told = tuple[datetime, Event]
"""When something happened, and what."""


def runs_before(past: Sequence[Told], clock_id: UUID) -> list[Run]:
    """The spans that a clock has run so far."""
    return runs_of([event for _, event in past if isinstance(event, ClockTold) and event.clock_id == clock_id])


def pauses_between(past: Sequence[Told], target: Target, rules: Rules, span: Span) -> list[Span]:
    """When a clock of this target would have stood still, had it run all the time."""
    found: list[Span] = []
    since: datetime | None = None
    for occurred_at, event in past:
        if not isinstance(event, TicketCreated | StatusChanged) or occurred_at > span[1]:
            continue
        if _stands_still(event.category, event.state_id, target, rules, occurred_at):
            since = occurred_at if since is None else since
        elif since is not None:
            found.append((since, occurred_at))
            since = None
    if since is not None:
        found.append((since, span[1]))
    return [(max(start, span[0]), min(end, span[1])) for start, end in found if start < end and end > span[0]]


def _stands_still(category: Category, state_id: UUID, target: Target, rules: Rules, instant: datetime) -> bool:
    return not category.is_unsolved or category in target.paused_in or target.key in rules.paused_by(state_id, instant)
