"""Tickets' lives without a database: events with their times, and the rules under which clocks follow them.

Berlin works Monday to Friday, 9 to 12 and 13 to 17; week 1 begins on Monday, 5 January 2026. Times are Berlin's.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from app.calendars.reading import Edition
from app.filters.tree import Tree
from app.sla.clock import Clock
from app.sla.clocks import clocks, replayed
from app.sla.policy import Target
from app.sla.rules import Pauses, Policy, QueueHours, Rules
from core.actor import ActorKind
from core.calendar import Calendar
from core.events import (
    Assigned,
    Category,
    DueSet,
    Event,
    FieldChanged,
    MessageAdded,
    PriorityChanged,
    QueueChanged,
    SlaReviewed,
    StatusChanged,
    TagsChanged,
    TicketCreated,
)
from core.ledger import Envelope
from tests.world import DAYS, WHEN

BERLIN = ZoneInfo("Europe/Berlin")
SPACE = UUID("c1000000-0000-4000-8000-000000000000")
DAWN = datetime(2000, 1, 1, tzinfo=UTC)
HOUR = 3600
PRIORITIES = {1: "low", 2: "normal", 3: "high", 4: "urgent"}


def an_id(name: str) -> UUID:
    """The same id for the same name."""
    return uuid5(SPACE, name)


def at(when: str | datetime) -> datetime:
    """An instant from words in Berlin's time: "mon 9:00", "week 2 fri 17:00"."""
    if isinstance(when, datetime):
        return when
    match = WHEN.fullmatch(when)
    assert match, when
    week, day, hour, minute, second = match.groups()
    date = datetime(2026, 1, 5) + timedelta(weeks=int(week or 1) - 1, days=DAYS.index(day))  # noqa: DTZ001
    return date.replace(hour=int(hour), minute=int(minute), second=int(second or 0), tzinfo=BERLIN).astimezone(UTC)


def office(**more: Any) -> Calendar:
    """Monday to Friday, 9 to 12 and 13 to 17, in Berlin."""
    hours = [
        {"day": day, "starts": starts, "ends": ends}
        for day in DAYS[:5]
        for starts, ends in (("09:00", "12:00"), ("13:00", "17:00"))
    ]
    return Calendar(**{"zone": "Europe/Berlin", "weekly": hours, **more})


def edition(version: int, since: datetime, calendar: Calendar) -> Edition:
    """A version of that calendar."""
    return Edition(an_id("office"), version, "Office", True, since, since, is_restatement=False, calendar=calendar)


def target(metric: str, hours: float = 4, **more: Any) -> Target:
    """A promise of so many hours at every priority, in Berlin's business time."""
    seconds = more.pop("seconds", dict.fromkeys(PRIORITIES.values(), round(hours * HOUR)))
    given = {"metric": metric, "seconds": seconds, "calendar_id": an_id("office"), **more}
    return Target.model_validate(given)


def policy(name: str, *targets: Target, conditions: Tree | None = None, version: int = 1, sort: int = 0,
           since: datetime = DAWN, is_active: bool = True) -> Policy:  # fmt: skip
    """A version of a policy."""
    return Policy(an_id(name), version, since, name, sort, is_active, conditions or Tree(),
                  {one.key: one for one in targets})  # fmt: skip


def rules(*policies: Policy, calendar: Calendar | None = None, pauses: dict[str, set[str]] | None = None,
          later: Sequence[Edition] = (), hours: dict[str, list[QueueHours]] | None = None,
          others: dict[str, Calendar] | None = None) -> Rules:  # fmt: skip
    """Policies over Berlin's calendar."""
    by_id: dict[UUID, list[Policy]] = {}
    for one in policies:
        by_id.setdefault(one.id, []).append(one)
    flags = {an_id(state): [Pauses(DAWN, frozenset(targets))] for state, targets in (pauses or {}).items()}
    calendars = {an_id("office"): [edition(1, DAWN, calendar or office()), *later]}
    for name, other in (others or {}).items():
        since = DAWN + timedelta(days=1)
        calendars[an_id(name)] = [Edition(an_id(name), 1, name, True, since, since, False, other)]
    return Rules(by_id, calendars, flags, {an_id(queue): found for queue, found in (hours or {}).items()})


class Life:
    """One ticket's events. Each method is a command at a time."""

    def __init__(self, opened: str | datetime = "mon 10:00", *, by: str = "cleo", queue: str = "billing",
                 category: str = "NEW", priority: int = 2, **more: Any) -> None:  # fmt: skip
        self.ticket_id = an_id("ticket")
        self.category, self.priority, self.queue, self.state = Category(category), priority, queue, category
        self.history: list[Envelope] = []
        created = TicketCreated(
            number=1, subject_hash="", queue_id=an_id(queue), state_id=an_id(category), state=category,
            category=self.category, priority=priority, channel="email" if by == "cleo" else "phone",
            requester_id=an_id("cleo"), **more,
        )  # fmt: skip
        self._do(opened, by, created, self._said(by, is_first=True))

    def says(self, when: str | datetime, who: str = "cleo", *, to: str | None = None, **more: Any) -> "Life":
        """A message; `to`: the state that the ticket gets with it."""
        events: list[Event] = [self._said(who, **more)]
        counts = events[0].visibility == "public" and not events[0].is_auto  # type: ignore[attr-defined]
        if to is None and counts and who == "cleo" and self.category not in ("NEW", "OPEN"):
            to = "OPEN"
        if to is None and counts and who == "ana" and self.category == "NEW":
            to = "OPEN"
        return self._do(when, who, *events, *(self._to(to) if to else []))

    def replies(self, when: str | datetime, **more: Any) -> "Life":
        """Ana answers the customer."""
        return self.says(when, "ana", **more)

    def goes(self, when: str | datetime, category: str, state: str | None = None) -> "Life":
        """Into a category (by way of a state of that name)."""
        return self._do(when, "ana", *self._to(category, state))

    def moves(self, when: str | datetime, queue: str) -> "Life":
        """To another queue."""
        before, self.queue = self.queue, queue
        return self._do(when, "ana", QueueChanged(queue_id=an_id(queue), before=an_id(before)))

    def prioritised(self, when: str | datetime, priority: int) -> "Life":
        """To another priority."""
        before, self.priority = self.priority, priority
        return self._do(when, "ana", PriorityChanged(priority=priority, before=before))

    def tagged(self, when: str | datetime, *tags: str) -> "Life":
        """With tags."""
        return self._do(when, "ana", TagsChanged(added=sorted(tags)))

    def set_field(self, when: str | datetime, name: str, value: str) -> "Life":
        """With a custom field."""
        return self._do(when, "ana", FieldChanged(field=name, value=value, before=None))

    def assigned(self, when: str | datetime, who: str | None) -> "Life":
        """To somebody, or nobody."""
        return self._do(when, "ana", Assigned(agent_id=an_id(who) if who else None, before=None))

    def due_set(self, when: str | datetime, target: str, due: str | None) -> "Life":
        """Ana says when a promise is due; None: as its policy says."""
        return self._do(when, "ana", DueSet(target=target, due_at=at(due) if due else None, before=None))

    def reviewed(self, when: str | datetime) -> "Life":
        """Looked at anew."""
        return self._do(when, "system", SlaReviewed())

    def clocks(self, under: Rules, until: str | datetime | None = None) -> list[Clock]:
        """Its clocks, as seen at an instant."""
        return clocks(self.history, under, at(until) if until else None)

    def clock(self, under: Rules, until: str | datetime | None = None) -> Clock:
        """Its only clock."""
        (one,) = self.clocks(under, until)
        return one

    def told(self, under: Rules, until: str | datetime | None = None) -> list[str]:
        """What its clocks told, as words."""
        return [
            f"{event.kind.removeprefix('sla.')}"
            for _, event in replayed(self.history, under, at(until) if until else None)
        ]

    def _to(self, category: str, state: str | None = None) -> list[Event]:
        before, before_state = self.category, self.state
        self.category, self.state = Category(category), state or category
        if before_state == self.state:
            return []
        return [StatusChanged(
            state_id=an_id(self.state), state=self.state, category=self.category, before_state_id=an_id(before_state),
            before_state=before_state, before_category=before, reason="agent",
        )]  # fmt: skip

    def _said(
        self, who: str, *, visibility: Any = "public", is_first: bool = False, is_auto: bool = False
    ) -> MessageAdded:
        kinds: dict[str, Any] = {"cleo": "end_user", "ana": "agent", "bo": "agent", "robot": "bot", "system": "system"}
        return MessageAdded(
            message_id=an_id(f"message {len(self.history)}"), direction="in" if who == "cleo" else "out",
            visibility=visibility, author_kind=kinds[who], channel="email", is_first=is_first, is_auto=is_auto,
        )  # fmt: skip

    def _do(self, when: str | datetime, who: str, *events: Event) -> "Life":
        instant = at(when)
        command_id = an_id(f"command {len(self.history)}")
        kind = ActorKind.END_USER if who == "cleo" else ActorKind.AGENT
        for event in events:
            self.history.append(Envelope(
                event_id=an_id(f"event {len(self.history)}"), ticket_id=self.ticket_id,
                ticket_version=len(self.history) + 1, kind=event.kind, schema_version=event.schema_version,
                occurred_at=instant, recorded_at=instant, actor_id=an_id(who), actor_kind=kind.value,
                actor_role="agent", source="test", cause_id=None, correlation_id=None, command_id=command_id,
                payload=event.payload(),
            ))  # fmt: skip
        return self
