"""Noting mentions, in the transaction of the note. It looks at events alone, so that the rules can ask for it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.mentions.row import Mention
from core.events import Event, Mentioned


def note_mentions(
    session: Session, ticket_id: UUID, events: Sequence[Event], by_id: UUID | None, instant: datetime
) -> None:
    """Have the rows say what the events say."""
    for event in events:
        if isinstance(event, Mentioned):
            session.add_all(
                Mention(
                    message_id=event.message_id, person_id=person_id, ticket_id=ticket_id, by_id=by_id,
                    mentioned_at=instant,
                )
                for person_id in event.person_ids
            )  # fmt: skip
            session.flush()
