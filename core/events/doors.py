"""Who came in, who was sent away, and what was taken along."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from core.events.event import Event


class SessionStarted(Event):
    """Somebody signed in."""

    kind: ClassVar[str] = "session.started"

    person_id: UUID
    method: Literal["password"] = "password"


class SessionEnded(Event):
    """Somebody signed out, or all sessions of a person ended (`everywhere`): a new password, or no longer let in."""

    kind: ClassVar[str] = "session.ended"

    person_id: UUID
    everywhere: bool = False


class SignInRefused(Event):
    """Somebody tried to come in as this person with a wrong password. Attempts on unknown addresses leave no event."""

    kind: ClassVar[str] = "session.refused"

    person_id: UUID


class ViewAsStarted(Event):
    """An administrator begins to look at the platform with the eyes of `person_id`, at most until `until`.

    Nothing can be changed meanwhile, and what is written down (files read, exports) names the administrator.
    """

    kind: ClassVar[str] = "view_as.started"

    viewer_id: UUID
    person_id: UUID
    until: datetime


class ViewAsEnded(Event):
    """The administrator sees with their own eyes again. A view that nobody asks after any more ends without an event,
    at the `until` of its start.
    """

    kind: ClassVar[str] = "view_as.ended"

    viewer_id: UUID
    person_id: UUID
    reason: Literal["left", "expired", "session_ended", "not_allowed"]


class PasswordChanged(Event):
    """A person has a new password: of their own choice, or one that somebody else made for them (`is_reset`)."""

    kind: ClassVar[str] = "password.changed"

    person_id: UUID
    is_reset: bool = False


class ExportMade(Event):
    """Data left as a file: what was asked for, in which form, and how many rows it had."""

    kind: ClassVar[str] = "export.made"

    person_id: UUID | None
    what: str
    form: str
    rows: int
