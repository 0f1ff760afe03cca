"""Rows: a browser session and an API token. Only SHA-256 hashes of secrets are kept."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.columns import instant, maybe_instant, words
from core.ids import new_id


class WebSession(SQLModel, table=True):
    """A signed-in browser. `secret_hash` is the SHA-256 of the cookie's 256 random bits."""

    __tablename__ = "web_session"
    __table_args__ = (
        sa.CheckConstraint("octet_length(secret_hash) = 32", "web_session_hash_is_whole"),
        sa.CheckConstraint("(viewing_id is null) = (viewing_until is null)", "web_session_views_until"),
    )

    secret_hash: bytes = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    created_at: datetime = instant()
    last_seen_at: datetime = instant()
    expires_at: datetime = instant(index=True)
    user_agent: str = Field(default="", max_length=300)
    viewing_id: UUID | None = Field(default=None, foreign_key="person.id")
    """Whose eyes its person looks through (app/identity/view_as.py)."""
    viewing_until: datetime | None = maybe_instant()


class ApiToken(SQLModel, table=True):
    """A program's key. `prefix` is public and helps people to recognise it."""

    __tablename__ = "api_token"
    __table_args__ = (sa.CheckConstraint("octet_length(secret_hash) = 32", "api_token_hash_is_whole"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    name: str = Field(max_length=100)
    prefix: str = Field(max_length=16)
    secret_hash: bytes = Field(unique=True)
    scopes: list[str] = words()
    """`read`; with `write` all that its person may do, or with single rights only these."""
    created_at: datetime = instant()
    expires_at: datetime = instant()
    last_used_at: datetime | None = maybe_instant()
    revoked_at: datetime | None = maybe_instant()
