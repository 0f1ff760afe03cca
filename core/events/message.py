"""What is said on a ticket."""

from typing import ClassVar, Literal
from uuid import UUID

from core.events.event import Event

MadeFrom = Literal["hand", "canned_reply", "macro"]


class MessageAdded(Event):
    """Somebody wrote: a customer's message, an agent's public reply or an internal note.

    `author_kind` with `is_auto` decides what counts as a public agent reply (METRICS.md 1.0): visibility
    public, author_kind agent, not is_auto, and not the message that opened the ticket (`is_first`).

    Of agents' replies `made_from` says what they were begun with: nothing (`hand`), a canned reply or a macro
    (`made_from_id`), and `edited` which share of the words is not as it stood there. Null: nobody told, as before
    this was kept.
    """

    kind: ClassVar[str] = "message.added"

    message_id: UUID
    direction: Literal["in", "out"]
    visibility: Literal["public", "internal", "restricted"]
    author_kind: Literal["end_user", "agent", "bot", "system"]
    channel: str
    is_first: bool = False
    is_auto: bool = False
    chars: int = 0
    body_hash: str = ""
    made_from: MadeFrom | None = None
    made_from_id: UUID | None = None
    edited: float | None = None
