"""Rows that keep the platform going: idempotency keys, settings made at run time, followers, imports."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.columns import instant, mapping, maybe_instant
from core.ids import new_id


class IdempotencyKey(SQLModel, table=True):
    """The answer that a key got, so that the same request twice is one command (RELIABILITY.md rule 2)."""

    __tablename__ = "idempotency"

    principal: str = Field(primary_key=True, max_length=64)
    key: str = Field(primary_key=True, max_length=255)
    request_hash: bytes
    status: int | None = None
    headers: dict[str, Any] = mapping()
    body: bytes | None = None
    created_at: datetime = instant(index=True)


class Setting(SQLModel, table=True):
    """A value that is set at run time, such as the company's default queue."""

    name: str = Field(primary_key=True, max_length=100)
    value: dict[str, Any] = mapping()
    updated_at: datetime = instant()


class Follower(SQLModel, table=True):
    """How far a follower of the ledger has come; written by it now and then, read by the health page.

    The cursor that a sink trusts is in its own store; this row only tells people.
    """

    name: str = Field(primary_key=True, max_length=50)
    position: int = Field(sa_type=sa.BigInteger)
    applied_at: datetime | None = maybe_instant()
    """`recorded_at` of the newest event that it applied."""
    updated_at: datetime = instant()
    note: str = Field(default="", max_length=2000)
    """Empty, or what is wrong."""


class ImportRun(SQLModel, table=True):
    """One import of one source under one map. The same fingerprint continues or repeats the same run."""

    __tablename__ = "import_run"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    source: str = Field(max_length=1000)
    fingerprint: str = Field(unique=True, max_length=64)
    rows_read: int = Field(default=0, sa_type=sa.BigInteger)
    events_written: int = Field(default=0, sa_type=sa.BigInteger)
    cases: int = 0
    refused: int = 0
    cursor: dict[str, Any] = mapping()
    """Where to go on after a crash."""
    started_at: datetime = instant()
    finished_at: datetime | None = maybe_instant()


class ImportRefusal(SQLModel, table=True):
    """A row or value that an import did not take as it stood: where, why, and what was done about it."""

    __tablename__ = "import_refusal"
    __table_args__ = (sa.Index("import_refusal_of_run", "import_id", "line"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=sa.BigInteger)
    import_id: UUID = Field(foreign_key="import_run.id")
    line: int = Field(sa_type=sa.BigInteger)
    case_ref: str = Field(default="", max_length=255)
    severity: str = Field(max_length=10)
    """`refused` (the row wrote nothing) or `noted` (it was handled, and this is how)."""
    cause: str = Field(max_length=100)
    detail: str = Field(default="", max_length=1000)
