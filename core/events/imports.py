"""History that enters from outside."""

from typing import ClassVar
from uuid import UUID

from core.events.event import Event


class ImportStarted(Event):
    """History began to enter from outside: where from, and under which fingerprint of file and map."""

    kind: ClassVar[str] = "import.started"

    import_id: UUID
    source: str
    fingerprint: str


class ImportFinished(Event):
    """An import reached its end: its reconciliation in numbers."""

    kind: ClassVar[str] = "import.finished"

    import_id: UUID
    rows_read: int
    events_written: int
    cases: int
    refused: int
