"""Erasing drafts with their ticket. (By SQL alone: the rules of tickets, which ask for it, know nothing of drafts.)"""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

ERASE = sa.text("delete from draft where ticket_id = :ticket_id")


def erase_drafts(session: Session, ticket_id: UUID) -> None:
    """What anybody had begun to write on a ticket that was deleted."""
    session.execute(ERASE, {"ticket_id": ticket_id})
