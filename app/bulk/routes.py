"""Bulk edits over HTTP: ask, look, read the report, cancel."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StrictBool
from sqlmodel import col

from app.audience import demand_staff
from app.bulk.asking import cancel_bulk, job_of, jobs_of, start_bulk
from app.bulk.job import BulkJob, BulkTicket
from app.macros.actions import Actions, AnyAction, read_actions
from app.rest import PREFIX
from app.rest.ask import Reading, Route, Writing
from app.rest.fields import STORABLE, Storable
from app.rest.page import After, Limit, Page, page_of, read_cursor
from app.rest.problem import responses
from search.filter_text import LONGEST_FILTER

ANY = responses(401, 403, 404, 422, 503)
router = APIRouter(prefix=f"{PREFIX}/bulk-edits", tags=["bulk edits"], route_class=Route, responses=ANY)
asking = APIRouter(prefix=f"{PREFIX}/tickets", tags=["bulk edits"], route_class=Route, responses=ANY)

Outcome = Literal["done", "unchanged", "refused"]
MOST_NAMED = 1_000


class BulkWish(BaseModel):
    """What to do, and to which tickets: those that are named, or those that a filter finds now."""

    model_config = ConfigDict(extra="forbid")

    query: Annotated[str, Field(max_length=LONGEST_FILTER, json_schema_extra=STORABLE), Storable] | None = Field(
        None, description="A filter (docs/filters.md)."
    )
    ticket_ids: list[UUID] = Field(default=[], max_length=MOST_NAMED)
    actions: Actions
    if_unchanged: StrictBool = Field(False, description="Refuse tickets that change meanwhile, as If-Match does.")


class BulkAnswer(BaseModel):
    """A bulk edit and how far it is."""

    id: UUID
    query: str | None
    actions: list[AnyAction]
    total: int
    done: int = Field(description="Tickets that it changed.")
    unchanged: int = Field(description="Tickets that were so already.")
    refused: int = Field(description="Tickets that would not do it; the report says why.")
    is_cancelled: bool
    created_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, job: BulkJob) -> Self:
        """What is told of a bulk edit."""
        told = job.model_dump(exclude={"actions", "person_id", "cause_id"})
        return cls(**told, actions=read_actions(job.actions["steps"]))


class BulkTicketAnswer(BaseModel):
    """What became of one ticket; null: it waits, or was left out when the edit was cancelled."""

    number: int
    ticket_id: UUID
    outcome: Outcome | None
    code: str | None
    reason: str | None


@asking.post("/bulk", status_code=202, responses=responses(409))
def start_bulk_edit(ask: Writing, body: BulkWish) -> BulkAnswer:
    """Ask the same of many tickets. Each is asked for itself: rights, refusals and events are the usual ones."""
    job = start_bulk(
        ask.session, ask.actor, body.actions,
        query=body.query, ticket_ids=body.ticket_ids, if_unchanged=body.if_unchanged,
    )  # fmt: skip
    ask.headers["Location"] = f"{PREFIX}/bulk-edits/{job.id}"
    return BulkAnswer.of(job)


@router.get("")
def list_bulk_edits(ask: Reading) -> Page[BulkAnswer]:
    """Your own, the newest first."""
    demand_staff(ask.actor)
    return Page(items=[BulkAnswer.of(job) for job in jobs_of(ask.session, ask.actor)], next=None)


@router.get("/{job_id}")
def read_bulk_edit(ask: Reading, job_id: UUID) -> BulkAnswer:
    """How far it is."""
    return BulkAnswer.of(job_of(ask.session, ask.actor, job_id))


@router.get("/{job_id}/tickets")
def list_bulk_tickets(
    ask: Reading, job_id: UUID, outcome: Outcome | None = None, limit: Limit = 50, after: After = None
) -> Page[BulkTicketAnswer]:
    """The report: what became of each ticket, by number."""
    job_of(ask.session, ask.actor, job_id)
    query = sa.select(BulkTicket).where(col(BulkTicket.job_id) == job_id)
    if outcome:
        query = query.where(col(BulkTicket.outcome) == outcome)
    if after:
        query = query.where(col(BulkTicket.number) > read_cursor(after, _number)[0])
    rows = list(ask.session.execute(query.order_by(col(BulkTicket.number)).limit(limit + 1)).scalars())
    items, more = page_of(rows, limit, _told, lambda row: (row.number,))
    return Page(items=items, next=more)


@router.post("/{job_id}/cancel")
def cancel_bulk_edit(ask: Writing, job_id: UUID) -> BulkAnswer:
    """Stop before the next ticket. What is done stays done."""
    return BulkAnswer.of(cancel_bulk(ask.session, ask.actor, job_id))


def _told(row: BulkTicket) -> BulkTicketAnswer:
    return BulkTicketAnswer(**row.model_dump(include=set(BulkTicketAnswer.model_fields)))


def _number(text: str) -> int:
    value = int(text)
    if not 0 <= value < 2**63:
        raise ValueError(text)
    return value
