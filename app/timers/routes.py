"""Timers that failed for good, over HTTP: for administrators."""

from datetime import datetime
from typing import Self
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from app import policy
from app.rest import PREFIX
from app.rest.ask import Reading, Route, Writing
from app.rest.page import Page
from app.rest.problem import responses
from app.timers.aside import dismiss, retry, set_aside
from app.timers.timer import Timer

router = APIRouter(
    prefix=f"{PREFIX}/timers", tags=["timers"], route_class=Route, responses=responses(401, 403, 404, 422, 503)
)


class TimerAnswer(BaseModel):
    """A timer that was set aside, or was and runs again."""

    id: UUID
    key: str = Field(description="What makes it this timer: setting it twice sets it once.")
    kind: str = Field(description="What it does.", examples=["ticket.state"])
    ticket_id: UUID | None
    attempts: int
    reason: str = Field(description="Why the last attempt failed.")
    due_at: datetime = Field(description="When it would have been tried next.")

    @classmethod
    def of(cls, timer: Timer) -> Self:
        """What is told of a timer."""
        return cls(
            id=timer.id, key=timer.key, kind=timer.kind, ticket_id=timer.ticket_id, attempts=timer.attempts,
            reason=timer.note, due_at=timer.due_at,
        )  # fmt: skip


@router.get("/set-aside")
def list_timers_set_aside(ask: Reading) -> Page[TimerAnswer]:
    """Timers that failed too often and wait for somebody, the latest first; at most 500 (administrators only)."""
    policy.demand_admin(ask.actor, reading=True)
    return Page(items=[TimerAnswer.of(timer) for timer in set_aside(ask.session)], next=None)


@router.post("/{timer_id}/retry")
def retry_timer(ask: Writing, timer_id: UUID) -> TimerAnswer:
    """Let a timer that was set aside run again, at once (administrators only)."""
    policy.demand_admin(ask.actor)
    return TimerAnswer.of(retry(ask.session, ask.actor, timer_id))


@router.post("/{timer_id}/dismiss", status_code=204)
def dismiss_timer(ask: Writing, timer_id: UUID) -> None:
    """Dismiss a timer that was set aside: what it was set for does not happen (administrators only)."""
    policy.demand_admin(ask.actor)
    dismiss(ask.session, ask.actor, timer_id)
