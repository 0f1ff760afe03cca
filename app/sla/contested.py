"""When a ticket stood in PENDING although its customer waited for us (METRICS.md 54). Pure, from its events.

The lake says the same of all tickets at once (analytics/metrics/pause_rows.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.sla.clock import Span
from app.sla.past import Told
from core.events import Category, MessageAdded, StatusChanged, ThreadChanged, TicketCreated
from core.promises import HASTY


@dataclass(slots=True)
class _Watch:
    """A ticket's pauses as they pass: what the customer wrote that nobody answered, and since when it is contested."""

    words: list[datetime] = field(default_factory=list)
    is_paused: bool = False
    since: datetime | None = None
    found: list[Span] = field(default_factory=list)

    def waits(self, instant: datetime) -> None:
        """The customer says something, or a thread is merged in that waits."""
        self.words.append(instant)
        if self.is_paused and self.since is None:
            self.since = instant

    def end(self, instant: datetime) -> None:
        """Somebody answered, or the state changes."""
        if self.since is not None and self.since < instant:
            self.found.append((self.since, instant))
        self.since = None

    def moves(self, instant: datetime, category: Category) -> None:
        """Into another state."""
        self.end(instant)
        self.is_paused = category == Category.PENDING
        if category.is_done:
            self.words.clear()
        if self.is_paused and any(word > instant - HASTY for word in self.words):
            self.since = instant


def contested_spans(history: Sequence[Told], now: datetime) -> list[Span]:
    """The spans of a ticket's life in which a pause was contested, in order."""
    watch = _Watch()
    for instant, event in history:
        match event:
            case TicketCreated() | StatusChanged():
                watch.moves(instant, event.category)
            case MessageAdded(visibility="public", author_kind="end_user"):
                watch.waits(instant)
            case MessageAdded(visibility="public", author_kind="agent", is_auto=False, is_first=False):
                watch.words.clear()
                watch.end(instant)
            case ThreadChanged(awaiting_reply_since=None):
                watch.words.clear()
                watch.end(instant)
            case ThreadChanged() if not watch.words:
                watch.waits(instant)
    watch.end(now)
    return watch.found
