"""Rows: a person (agent, supervisor, admin, customer, robot) and an organisation."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from app.columns import instant
from core.ids import new_id


class Organisation(SQLModel, table=True):
    """A customer's company. With `is_shared`, its people see each other's tickets."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    name: str = Field(unique=True, max_length=200)
    tier: str | None = Field(default=None, max_length=50)
    region: str | None = Field(default=None, max_length=50)
    is_shared: bool = False
    created_at: datetime = instant()


class Person(SQLModel, table=True):
    """Someone we know. `email` is kept lower case; without a `password_hash` nobody can sign in as them."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    role: str = Field(max_length=20)  # a core.actor.Role
    name: str = Field(max_length=200)
    email: str = Field(unique=True, max_length=320)
    organisation_id: UUID | None = Field(default=None, foreign_key="organisation.id", index=True)
    password_hash: str | None = None
    must_change_password: bool = False
    timezone: str = Field(default="UTC", max_length=64)
    locale: str = Field(default="en", max_length=16)
    is_active: bool = True
    created_at: datetime = instant()
