"""What people send along with their words. Names of files are theirs: they stay in rows, never in events."""

from typing import ClassVar
from uuid import UUID

from core.events.event import Event


class FileAttached(Event):
    """A file came with a message. `sha256` is the content's hash and its name in the store."""

    kind: ClassVar[str] = "file.attached"

    attachment_id: UUID
    message_id: UUID
    sha256: str
    size_bytes: int
    media_type: str


class FileScanned(Event):
    """The virus scanner looked at a content. An infected one is quarantined: nobody gets it.

    One that is too large for the scanner is held back or handed out, as the house has set it.
    """

    kind: ClassVar[str] = "file.scanned"

    sha256: str
    is_infected: bool
    is_too_large: bool = False


class FileRead(Event):
    """The text inside an attached file can be searched from now on. One event for each attachment of the content."""

    kind: ClassVar[str] = "file.read"

    attachment_id: UUID
    sha256: str
    chars: int
