"""What-if over HTTP: ask, look how far it is, read the answer, cancel, delete. For administrators."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from app import policy
from app.rest import PREFIX
from app.rest.ask import Reading, Route, Writing
from app.rest.fields import Instant, Name
from app.rest.page import After, Limit, Page, page_of, read_cursor
from app.rest.problem import responses
from app.sla.comparing import Comparison, Side
from app.sla.drafts import Draft
from app.sla.what_if_job import (
    ask_what_if,
    cancel_what_if,
    delete_what_if,
    differing_tickets,
    what_if_of,
    what_ifs,
)
from app.sla.what_if_row import WhatIf, WhatIfTicket

ANY = responses(401, 403, 404, 422, 503)
router = APIRouter(prefix=f"{PREFIX}/sla/what-ifs", tags=["service levels"], route_class=Route, responses=ANY)


class WhatIfWish(Draft):
    """Which tickets, and the rules under which they live again."""

    name: Name
    since: Instant = Field(description="Tickets created from here on.")
    until: Instant = Field(description="And before here.")


class SideAnswer(BaseModel):
    """What came of one set of rules."""

    due: dict[str, int] = Field(description="By target, how many clocks fell due.")
    met: dict[str, int] = Field(description="And how many of those were met by then.")
    due_by_hour: list[int] = Field(description="How many fell due in each hour of the day, in the calendar's zone.")
    ran_hours: float = Field(description="How long all clocks ran, in their own time.")

    @classmethod
    def of(cls, side: Side) -> Self:
        """What is told of a side."""
        by_hour = [side.hours[str(hour)] for hour in range(24)]
        return cls(due=side.due, met=side.met, due_by_hour=by_hour, ran_hours=round(side.ran_seconds / 3600, 1))


class WhatIfAnswer(BaseModel):
    """A question and, once it is finished, its answer."""

    id: UUID
    name: str
    since: datetime
    until: datetime
    created_at: datetime
    total: int = Field(description="How many tickets it is about; 0 until it is begun.")
    done: int
    is_cancelled: bool
    finished_at: datetime | None
    failure: str = Field(description="Empty, or why there is no answer.")
    differing: int | None = Field(description="How many tickets would have fared otherwise.")
    gained: dict[str, int] = Field(description="Breaches by target that the draft would have added.")
    lost: dict[str, int] = Field(description="And spared.")
    before: SideAnswer | None
    after: SideAnswer | None

    @classmethod
    def of(cls, row: WhatIf) -> Self:
        """What is told of a question."""
        found = Comparison.from_json(row.answer) if row.answer else None
        told: dict[str, Any] = row.model_dump(exclude={"draft", "answer", "person_id"})
        return cls(
            **told, differing=found.differing if found else None, gained=found.gained if found else {},
            lost=found.lost if found else {}, before=SideAnswer.of(found.before) if found else None,
            after=SideAnswer.of(found.after) if found else None,
        )  # fmt: skip


class ClockDifference(BaseModel):
    """A clock that is missed on one side only."""

    target: str
    cycle: int
    is_gained: bool = Field(description="Missed under the draft alone; false: in the record alone.")
    due_before: datetime | None
    due_after: datetime | None


class DifferingTicket(BaseModel):
    """A ticket that would have fared otherwise."""

    ticket_id: UUID
    number: int
    clocks: list[ClockDifference]

    @classmethod
    def of(cls, number: int, row: WhatIfTicket) -> Self:
        """What is told of it."""
        return cls(ticket_id=row.ticket_id, number=number, clocks=[ClockDifference(**one) for one in row.clocks])


@router.post("", status_code=202, responses=responses(409))
def ask_what_would_have_been(ask: Writing, body: WhatIfWish) -> WhatIfAnswer:
    """Replay history under draft policies, draft calendars or both. The worker does it; nothing of record changes."""
    policy.demand_admin(ask.actor)
    draft = Draft(policies=body.policies, calendars=body.calendars)
    row = ask_what_if(ask.session, ask.actor, draft, name=body.name, since=body.since, until=body.until)
    ask.headers["Location"] = f"{PREFIX}/sla/what-ifs/{row.id}"
    return WhatIfAnswer.of(row)


@router.get("")
def list_what_ifs(ask: Reading) -> Page[WhatIfAnswer]:
    """All questions that are kept, the newest first."""
    policy.demand_admin(ask.actor, reading=True)
    return Page(items=[WhatIfAnswer.of(row) for row in what_ifs(ask.session)])


@router.get("/{what_if_id}")
def read_what_if(ask: Reading, what_if_id: UUID) -> WhatIfAnswer:
    """How far it is, and its answer."""
    policy.demand_admin(ask.actor, reading=True)
    return WhatIfAnswer.of(what_if_of(ask.session, what_if_id))


@router.get("/{what_if_id}/tickets")
def list_differing_tickets(
    ask: Reading, what_if_id: UUID, limit: Limit = 50, after: After = None
) -> Page[DifferingTicket]:
    """The tickets that would have fared otherwise, by number, with both due times. The first 5,000 found are kept."""
    policy.demand_admin(ask.actor, reading=True)
    what_if_of(ask.session, what_if_id)
    last = read_cursor(after, _number)[0] if after else 0
    rows = differing_tickets(ask.session, ask.actor, what_if_id, limit=limit + 1, after=last)
    items, more = page_of(rows, limit, lambda row: DifferingTicket.of(row[0], row[2]), lambda row: (row[0],))
    return Page(items=items, next=more)


@router.post("/{what_if_id}/cancel")
def stop_what_if(ask: Writing, what_if_id: UUID) -> WhatIfAnswer:
    """Stop it soon; what was found so far is its answer."""
    policy.demand_admin(ask.actor)
    return WhatIfAnswer.of(cancel_what_if(ask.session, what_if_id))


@router.delete("/{what_if_id}", status_code=204)
def delete_what_if_answer(ask: Writing, what_if_id: UUID) -> None:
    """Let a question and its answer be gone."""
    policy.demand_admin(ask.actor)
    delete_what_if(ask.session, what_if_id)


def _number(text: str) -> int:
    value = int(text)
    if not 0 <= value < 2**63:
        raise ValueError(text)
    return value
