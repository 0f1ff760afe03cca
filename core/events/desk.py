"""How the desk is arranged: saved views, macros, canned replies, and bulk edits."""

from typing import ClassVar, Literal
from uuid import UUID

from core.events.event import Event

Audience = Literal["private", "team", "global"]


class ViewDefined(Event):
    """A saved view was set up or changed, as a whole. Its name and query are configuration."""

    kind: ClassVar[str] = "view.defined"

    view_id: UUID
    name: str
    query: str
    sort: str
    columns: list[str]
    audience: Audience
    owner_id: UUID | None = None
    queue_id: UUID | None = None


class ViewRemoved(Event):
    """A saved view was removed; tickets are as they were."""

    kind: ClassVar[str] = "view.removed"

    view_id: UUID


class MacroDefined(Event):
    """A macro was set up or changed: which kinds of actions it has, and a hash of all that they say."""

    kind: ClassVar[str] = "macro.defined"

    macro_id: UUID
    name: str
    actions: list[str]
    actions_hash: str
    audience: Audience
    owner_id: UUID | None = None
    queue_id: UUID | None = None


class MacroRemoved(Event):
    """A macro was removed."""

    kind: ClassVar[str] = "macro.removed"

    macro_id: UUID


class CannedReplyDefined(Event):
    """A canned reply was set up or changed; of its text the event has the hash."""

    kind: ClassVar[str] = "canned_reply.defined"

    canned_reply_id: UUID
    name: str
    text_hash: str
    audience: Audience
    owner_id: UUID | None = None
    queue_id: UUID | None = None


class CannedReplyRemoved(Event):
    """A canned reply was removed."""

    kind: ClassVar[str] = "canned_reply.removed"

    canned_reply_id: UUID


class BulkStarted(Event):
    """Somebody asked the same of many tickets. What happens to each carries the job as its correlation and this event
    as its cause.
    """

    kind: ClassVar[str] = "bulk.started"

    job_id: UUID
    tickets: int
    actions: list[str]
    actions_hash: str


class BulkFinished(Event):
    """A bulk edit came to its end, or was cancelled on the way: how many tickets it changed, left and was refused."""

    kind: ClassVar[str] = "bulk.finished"

    job_id: UUID
    was_cancelled: bool
    done: int
    unchanged: int
    refused: int
