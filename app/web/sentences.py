"""Events as people tell them: what somebody did, without the somebody. `Names` finds the words behind ids."""

from collections.abc import Callable, Sequence
from functools import singledispatch
from uuid import UUID

from app.sla.remaining import name_of
from core.events import (
    Assigned,
    Category,
    ClockBreached,
    ClockEscalated,
    ClockWarned,
    DueSet,
    Event,
    FieldChanged,
    Mentioned,
    MessageAdded,
    MessagesPlaced,
    PriorityChanged,
    QueueChanged,
    ReplyScheduled,
    ReplyUnscheduled,
    Retitled,
    Snoozed,
    StatusChanged,
    TagsChanged,
    TicketCreated,
    TicketLinked,
    TicketMerged,
    TicketSplit,
    TicketUnlinked,
    TicketUnmerged,
    TimeCorrected,
    TimeLogged,
    TimeRemoved,
    Unwatched,
    Watched,
)

PRIORITIES = {1: "low", 2: "normal", 3: "high", 4: "urgent"}

SPOKEN = {"public": "replied", "internal": "wrote a note", "restricted": "wrote a restricted note"}

Names = Callable[[UUID], str]

BECAUSE = {
    "customer_reply": " because the customer wrote",
    "timer": " because its time was up",
    "rule": " by a rule",
    "merge": " by merging",
}
"""Reasons worth telling; an agent's own deed and an import explain themselves."""


@singledispatch
def sentence(event: Event, name: Names, actor_id: UUID | None) -> str:
    """What happened, to stand behind the name of who did it. Empty: nothing worth a line."""
    return ""


@sentence.register
def _(event: TicketCreated, name: Names, actor_id: UUID | None) -> str:
    owner = f", assigned to {_somebody(event.agent_id, name, actor_id)}" if event.agent_id else ""
    return f"opened the ticket in {name(event.queue_id)}{owner}"


@sentence.register
def _(event: StatusChanged, name: Names, actor_id: UUID | None) -> str:
    because = BECAUSE.get(event.reason, "")
    if event.before_category.is_done and event.category.is_unsolved:
        return f"reopened it as {event.state}{because}"
    if event.category == Category.SOLVED:
        return f"solved it{because}"
    if event.category == Category.CLOSED:
        return f"closed it{because}"
    return f"set it from {event.before_state} to {event.state}{because}"


@sentence.register
def _(event: Assigned, name: Names, actor_id: UUID | None) -> str:
    if event.agent_id is None:
        return "let go of it" if event.before == actor_id else f"took it from {_somebody(event.before, name, actor_id)}"
    if event.agent_id == actor_id:
        return "took it" + (f" over from {name(event.before)}" if event.before else "")
    return f"assigned it to {name(event.agent_id)}" + (f" instead of {name(event.before)}" if event.before else "")


@sentence.register
def _(event: QueueChanged, name: Names, actor_id: UUID | None) -> str:
    return f"moved it from {name(event.before)} to {name(event.queue_id)}"


@sentence.register
def _(event: PriorityChanged, name: Names, actor_id: UUID | None) -> str:
    verb = "raised" if event.priority > event.before else "lowered"
    return f"{verb} the priority from {PRIORITIES[event.before]} to {PRIORITIES[event.priority]}"


@sentence.register
def _(event: Retitled, name: Names, actor_id: UUID | None) -> str:
    return "changed the title"


@sentence.register
def _(event: TagsChanged, name: Names, actor_id: UUID | None) -> str:
    parts = [
        *([f"added the {_tags(event.added)}"] if event.added else []),
        *([f"removed the {_tags(event.removed)}"] if event.removed else []),
    ]
    return " and ".join(parts)


@sentence.register
def _(event: FieldChanged, name: Names, actor_id: UUID | None) -> str:
    if event.value is None:
        return f"emptied {event.field}"
    return f"set {event.field} to {event.value}"


@sentence.register
def _(event: Watched, name: Names, actor_id: UUID | None) -> str:
    return "began to watch it" if event.person_id == actor_id else f"made {name(event.person_id)} watch it"


@sentence.register
def _(event: Unwatched, name: Names, actor_id: UUID | None) -> str:
    return "stopped watching it" if event.person_id == actor_id else f"stopped {name(event.person_id)} watching it"


@sentence.register
def _(event: MessageAdded, name: Names, actor_id: UUID | None) -> str:
    return SPOKEN[event.visibility]


@sentence.register
def _(event: Snoozed, name: Names, actor_id: UUID | None) -> str:
    return f"let it sleep until {event.wakes_at:%-d %b %Y, %H:%M} UTC"


@sentence.register
def _(event: DueSet, name: Names, actor_id: UUID | None) -> str:
    what = name_of(event.target)
    if event.due_at is None:
        return f"left it to the policy again when the {what} is due"
    return f"set the {what} due {event.due_at:%-d %b %Y, %H:%M} UTC"


@sentence.register
def _(event: TicketMerged, name: Names, actor_id: UUID | None) -> str:
    return "merged two tickets"


@sentence.register
def _(event: TicketUnmerged, name: Names, actor_id: UUID | None) -> str:
    return "undid a merge"


@sentence.register
def _(event: MessagesPlaced, name: Names, actor_id: UUID | None) -> str:
    return f"gave {_messages(event.said_ids)} to another ticket"


@sentence.register
def _(event: TicketSplit, name: Names, actor_id: UUID | None) -> str:
    return f"made a new ticket of {_messages(event.said_ids)}"


@sentence.register
def _(event: TicketLinked, name: Names, actor_id: UUID | None) -> str:
    return "linked it to another ticket"


@sentence.register
def _(event: TicketUnlinked, name: Names, actor_id: UUID | None) -> str:
    return "took a link away"


@sentence.register
def _(event: TimeLogged, name: Names, actor_id: UUID | None) -> str:
    return f"booked {_minutes(event.minutes)}"


@sentence.register
def _(event: TimeCorrected, name: Names, actor_id: UUID | None) -> str:
    if event.minutes == event.before_minutes:
        return f"corrected {_minutes(event.minutes)}"
    return f"corrected {event.before_minutes} to {_minutes(event.minutes)}"


@sentence.register
def _(event: TimeRemoved, name: Names, actor_id: UUID | None) -> str:
    return f"took {_minutes(event.minutes)} away"


def _minutes(count: int) -> str:
    return "a minute" if count == 1 else f"{count} minutes"


@sentence.register
def _(event: Mentioned, name: Names, actor_id: UUID | None) -> str:
    return f"called {' and '.join(name(one) for one in event.person_ids)}"


@sentence.register
def _(event: ReplyScheduled, name: Names, actor_id: UUID | None) -> str:
    return "wrote a reply that is to go out later"


@sentence.register
def _(event: ReplyUnscheduled, name: Names, actor_id: UUID | None) -> str:
    held = "because the customer wrote" if event.reason == "customer_wrote" else "for its author"
    return {
        "taken_back": "took back a reply that was to go out",
        "cancelled": "dropped a reply that was to go out",
        "held": f"held back a reply {held}",
        "sent": "",
    }[event.outcome]


@sentence.register
def _(event: ClockBreached, name: Names, actor_id: UUID | None) -> str:
    return f"saw the time for the {name_of(event.target)} run out"


@sentence.register
def _(event: ClockWarned, name: Names, actor_id: UUID | None) -> str:
    return f"warned that the time for the {name_of(event.target)} runs out"


@sentence.register
def _(event: ClockEscalated, name: Names, actor_id: UUID | None) -> str:
    return f"escalated the {name_of(event.target)} (level {event.level})"


def _messages(ids: Sequence[UUID]) -> str:
    return "a message" if len(ids) == 1 else f"{len(ids)} messages"


def _tags(tags: list[str]) -> str:
    return ("tag " if len(tags) == 1 else "tags ") + ", ".join(tags)


def _somebody(person_id: UUID | None, name: Names, actor_id: UUID | None) -> str:
    if person_id is None:
        return "nobody"
    return "themselves" if person_id == actor_id else name(person_id)
