"""What happens to a ticket, as its clocks see it: one event, with the ticket before and after it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.sla.facts import Facts
from core.events import (
    Category,
    ClockReason,
    DueSet,
    Event,
    FieldChanged,
    MessageAdded,
    PriorityChanged,
    QueueChanged,
    SlaReviewed,
    TagsChanged,
    ThreadChanged,
    TicketCreated,
)

MATCHING = (TicketCreated, QueueChanged, PriorityChanged, TagsChanged, FieldChanged, SlaReviewed)
"""After these, another policy or target may be the right one."""

GONE: dict[str, ClockReason] = {Category.MERGED: "merged", Category.SPAM: "spam", Category.DELETED: "deleted"}


@dataclass(slots=True)
class Step:
    """One event of an update. What it means is found once, however many rules and clocks ask."""

    event: Event
    before: Facts | None
    after: Facts
    is_matching: bool = field(init=False)
    """Whether another policy or target may be the right one now."""
    is_solved: bool = False
    """Whether this is a solve."""
    is_reopened: bool = False
    """Whether this takes a solve back."""
    is_restored: bool = False
    """Whether the ticket is back from where nobody works it."""
    is_first_of_ours: bool = False
    """Whether the ticket begins with what an agent says to the customer."""
    is_reply: bool = False
    """Whether an agent answers the customer (METRICS.md 1.0)."""
    is_question: bool = False
    """Whether the customer says something more."""
    is_joined: bool = False
    """Whether a merge brings a customer who waits longer than anybody did here."""
    is_parted: bool = False
    """Whether the undoing of a merge takes away the one who waited longest."""
    has_moved: bool = False
    """Whether the ticket is in another state."""
    is_end: bool = field(init=False)
    """Whether clocks may end, whatever their targets name."""
    is_quiet: bool = field(init=False)
    """Whether only targets that name such an event have anything to do with it."""

    def __post_init__(self) -> None:
        event, before, after = self.event, self.before, self.after
        self.is_matching = isinstance(event, MATCHING)
        if before is None or (before.category, before.state_id) != (after.category, after.state_id):
            self._was_moved(before, after)
        if isinstance(event, MessageAdded):
            self._was_said(event)
        if before is not None and isinstance(event, ThreadChanged):
            self._was_threaded(event, before.awaiting_reply_since)
        is_gone = after.category in GONE
        self.is_end = (
            self.is_reply or self.is_first_of_ours or self.is_solved or is_gone or isinstance(event, QueueChanged)
        )
        is_heard = self.is_question or self.is_joined or self.is_parted or isinstance(event, DueSet)
        self.is_quiet = not (self.is_end or self.has_moved or self.is_matching or is_heard)

    def _was_moved(self, before: Facts | None, after: Facts) -> None:
        self.has_moved = True
        self.is_solved = after.is_done and not (before and before.is_done)
        if before is not None and after.is_unsolved:
            self.is_reopened, self.is_restored = before.is_done, before.category in GONE

    def _was_said(self, said: MessageAdded) -> None:
        if said.visibility != "public" or said.is_auto:
            return
        is_ours = said.author_kind == "agent"
        self.is_reply, self.is_first_of_ours = is_ours and not said.is_first, is_ours and said.is_first
        self.is_question = said.author_kind == "end_user" and not said.is_first

    def _was_threaded(self, changed: ThreadChanged, before: datetime | None) -> None:
        after = changed.awaiting_reply_since
        self.is_joined = changed.because == "merged" and after is not None and (before is None or after < before)
        self.is_parted = changed.because == "unmerged" and before is not None and (after is None or after > before)


@dataclass(frozen=True, slots=True)
class Update:
    """All that one command did, at one instant."""

    instant: datetime
    steps: Sequence[Step]
