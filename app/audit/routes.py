"""The ledger over HTTP, for administrators: what happened to the house, to a ticket, to a setting; and its proof."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from app import policy
from app.audit.entries import Entry, Wanted, read_entries
from app.audit.proof import Proof, ask_for_proof, recent_proofs
from app.rest import PREFIX
from app.rest.ask import Reading, Route, Writing
from app.rest.fields import STORABLE, Storable
from app.rest.page import After, Limit, Page, page_of, read_cursor
from app.rest.problem import responses
from core.errors import NotFound

router = APIRouter(prefix=f"{PREFIX}/audit", tags=["audit"], route_class=Route, responses=responses(401, 403, 422, 503))

Kind = Annotated[
    str,
    Query(max_length=100, description="A kind of event or its first word: `session.refused`, `rights`.",
          json_schema_extra=STORABLE),
    Storable,
]  # fmt: skip


Subject = Annotated[
    str,
    Query(max_length=100, json_schema_extra=STORABLE,
          description="The id of a queue, state, person …, or a field's key: the history of one setting."),
    Storable,
]  # fmt: skip


class Change(BaseModel):
    """One field, as it was and as it is."""

    field: str
    old: Any
    new: Any


class AuditAnswer(BaseModel):
    """An event of the ledger with its place in the chain, and what it changed."""

    position: int
    id: UUID
    kind: str = Field(examples=["rights.granted"])
    ticket_id: UUID | None
    ticket_version: int | None
    occurred_at: datetime
    recorded_at: datetime
    actor_id: UUID | None
    actor_kind: str
    actor_role: str
    source: str
    command_id: UUID | None
    payload: dict[str, Any]
    changes: list[Change]
    hash: str = Field(description="SHA-256 over this event and the hash of the one before it.")

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """What is told of an entry."""
        changes = [Change(field=field, old=old, new=new) for field, old, new in entry.changes]
        known = {name: getattr(entry, name) for name in cls.model_fields if name not in {"id", "changes", "hash"}}
        return cls(**known, id=entry.event_id, changes=changes, hash=entry.hash.hex())


class ProofAnswer(BaseModel):
    """A look at the whole chain."""

    id: UUID
    asked_by: UUID | None
    asked_at: datetime
    finished_at: datetime | None = Field(description="null: it goes on.")
    checked: int = Field(description="Events looked at so far.")
    total: int
    wrong: int
    examples: list[str] = Field(description="The first of what is wrong, each with its position.")

    @classmethod
    def of(cls, proof: Proof) -> Self:
        """What is told of a proof."""
        return cls(**proof.model_dump(exclude={"told_at"}))


@router.get("")
def list_audit(  # noqa: PLR0917 — one parameter a query parameter
    ask: Reading,
    ticket_id: UUID | None = None,
    subject: Subject = "",
    actor_id: UUID | None = None,
    kind: Kind = "",
    limit: Limit = 50,
    after: After = None,
) -> Page[AuditAnswer]:
    """The ledger, newest first: events of the house, or of one ticket. For administrators."""
    policy.demand_admin(ask.actor, reading=True)
    (before,) = read_cursor(after, int) if after else (None,)
    found = read_entries(ask.session, Wanted(ticket_id, subject, actor_id, kind, before, limit))
    items, more = page_of(found, limit, AuditAnswer.of, lambda one: (one.position,))
    return Page(items=items, next=more)


@router.get("/proofs")
def list_proofs(ask: Reading) -> Page[ProofAnswer]:
    """The newest proofs."""
    policy.demand_admin(ask.actor, reading=True)
    return Page(items=[ProofAnswer.of(proof) for proof in recent_proofs(ask.session)], next=None)


@router.get("/proofs/{proof_id}", responses=responses(404))
def read_proof(ask: Reading, proof_id: UUID) -> ProofAnswer:
    """One proof, and how far it is."""
    policy.demand_admin(ask.actor, reading=True)
    proof = ask.session.get(Proof, proof_id)
    if proof is None:
        raise NotFound("There is no such proof.")
    return ProofAnswer.of(proof)


@router.post("/proofs", status_code=201)
def create_proof(ask: Writing) -> ProofAnswer:
    """Have the whole chain checked: that no event was altered, dropped, swapped or slipped in."""
    policy.demand_admin(ask.actor)
    return ProofAnswer.of(ask_for_proof(ask.session, ask.actor))
