"""Rows: a macro and a canned reply."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from app.audience import Shared
from app.columns import instant, mapping
from core.ids import new_id


class Macro(Shared, table=True):
    """Several actions under one name."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    name: str = Field(max_length=100)
    actions: dict[str, Any] = mapping()
    """`{"steps": […]}`, each as app/macros/actions.py reads it."""
    created_at: datetime = instant()


class CannedReply(Shared, table=True):
    """A text that is written again and again, with placeholders."""

    __tablename__ = "canned_reply"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    name: str = Field(max_length=100)
    body: str = Field(sa_type=sa.Text)
    created_at: datetime = instant()
