"""Histories of tickets, event by event, for tests of the lake and its numbers. No rules: late, doubled and odd is fine.

    history = History()
    ticket = history.ticket("mon 9:00", queue="Billing")     # Cleo writes: created, and her first message
    ticket.assign("mon 9:05", "Ana").reply("mon 9:20").state("mon 10:00", "SOLVED")
    lake = lake_of(history.events)                            # fixture: a lake that holds them

Times are words ("tue 14:30", week 1 begins on Monday 2026-01-05) or aware datetimes. People, queues and states are
named; their ids are `uid("Ana")`, `uid("Billing")`, `uid("OPEN")`.
"""

from datetime import datetime
from typing import Any, Literal, Self
from uuid import UUID

from core.events import (
    Assigned,
    Category,
    ClockCancelled,
    ClockFulfilled,
    ClockPaused,
    ClockResumed,
    CsatRated,
    EffortRated,
    Event,
    MessageAdded,
    PriorityChanged,
    QueueChanged,
    RecommendationRated,
    StatusChanged,
    TagsChanged,
    ThreadChanged,
    TicketCreated,
    TimeCorrected,
    TimeLogged,
    TimeRemoved,
    Unwatched,
    Watched,
)
from core.events.message import MadeFrom
from core.ids import id_from
from core.ledger import Envelope
from tests.sla.week import local
from tests.world import at

ROLES = {"Ana": "agent", "Bo": "agent", "Dov": "supervisor", "Cleo": "customer", "Robot": "bot"}
KINDS = {"agent": "agent", "supervisor": "agent", "customer": "end_user", "bot": "bot"}


def uid(name: str) -> UUID:
    """The id of whoever or whatever goes by `name` in these tests."""
    return id_from("lake test", name)


class History:
    """A ledger in the making: `events` are in the order in which they were told."""

    def __init__(self) -> None:
        self.events: list[Envelope] = []
        self._numbers = 1000

    def ticket(
        self,
        opened: str | datetime = "mon 9:00",
        *,
        by: str = "Cleo",
        queue: str = "Billing",
        state: str = "NEW",
        category: str | None = None,
        priority: int = 2,
        channel: str = "email",
        agent: str | None = None,
        organisation: str | None = "Acme",
        requester: str | None = "Cleo",
        tags: tuple[str, ...] = (),
        message: bool = True,
        history_complete: bool = True,
    ) -> "Life":
        """A ticket is opened; `message=False` leaves out its first message."""
        self._numbers += 1
        life = Life(self, uid(f"ticket {self._numbers}"), category or state, state)
        life.happens(
            opened,
            TicketCreated(
                number=self._numbers, subject_hash="", queue_id=uid(queue), state_id=uid(state), state=state,
                category=Category(category or state), priority=priority, channel=channel, agent_id=agent and uid(agent),
                requester_id=requester and uid(requester), organisation_id=organisation and uid(organisation),
                tags=sorted(tags), language="en", history_complete=history_complete,
            ),
            by,
        )  # fmt: skip
        return life.message(opened, by, is_first=True, channel=channel) if message else life


def house(when: str | datetime, event: Event, n: int = 0) -> Envelope:
    """An event of no ticket: how the house is set up. Several of one kind and instant are told apart by `n`."""
    occurred_at = at(when)
    return Envelope(
        event_id=id_from("house", event.kind, str(occurred_at), str(n)), ticket_id=None, ticket_version=None,
        kind=event.kind, schema_version=event.schema_version, occurred_at=occurred_at, recorded_at=occurred_at,
        actor_id=None, actor_kind="system", actor_role="system", source="api", cause_id=None, correlation_id=None,
        command_id=id_from("house", str(occurred_at), str(n)), payload=event.payload(),
    )  # fmt: skip


def overnight(calendar_id: UUID) -> ClockResumed:
    """A clock of one hour that runs from a quarter past four on a Monday: by the office's hours until Tuesday 9:15."""
    return ClockResumed(
        clock_id=id_from(str(calendar_id), "overnight"), target="first_reply", metric="first_reply", cycle=1,
        state="running", policy_id=uid("Promises"), policy_version=1, basis="business", calendar_id=calendar_id,
        calendar_version=1, target_seconds=3600, started_at=local("2026-01-05 16:15"),
        counted_at=local("2026-01-05 16:15"), elapsed_business_us=0, elapsed_calendar_us=0,
        due_at=local("2026-01-06 09:15"),
    )  # fmt: skip


class Life:
    """One ticket; every step returns it, so that steps can be chained."""

    def __init__(self, history: History, ticket_id: UUID, category: str, state: str) -> None:
        self.ticket_id = ticket_id
        self.version = 0
        self._history, self._category, self._state = history, category, state

    def message(
        self, when: str | datetime, by: str, *, visibility: str = "public", is_first: bool = False,
        is_auto: bool = False, channel: str = "email", chars: int = 100, made_from: MadeFrom | None = None,
        edited: float | None = None,
    ) -> Self:  # fmt: skip
        """Somebody writes."""
        kind = KINDS[ROLES[by]]
        said: dict[str, Any] = {"visibility": visibility, "author_kind": kind, "channel": channel, "chars": chars}
        said |= {"made_from": made_from, "edited": edited}
        direction = "in" if kind == "end_user" else "out"
        message_id = id_from(str(self.ticket_id), "message", str(self.version + 1))
        return self.happens(
            when,
            MessageAdded(message_id=message_id, direction=direction, is_first=is_first, is_auto=is_auto, **said),
            by,
        )

    def reply(self, when: str | datetime, by: str = "Ana", **more: Any) -> Self:
        """An agent answers the customer."""
        return self.message(when, by, **more)

    def customer(self, when: str | datetime, by: str = "Cleo", **more: Any) -> Self:
        """The customer writes again."""
        return self.message(when, by, **more)

    def note(self, when: str | datetime, by: str = "Ana") -> Self:
        """An agent notes something that the customer does not see."""
        return self.message(when, by, visibility="internal")

    def state(self, when: str | datetime, state: str, by: str = "Ana", *, category: str | None = None) -> Self:
        """Into a state; its category is its name unless given."""
        before_state, before_category = self._state, self._category
        self._state, self._category = state, category or state
        changed = StatusChanged(
            state_id=uid(state), state=state, category=Category(self._category), before_state_id=uid(before_state),
            before_state=before_state, before_category=Category(before_category), reason="agent",
        )  # fmt: skip
        return self.happens(when, changed, by)

    def assign(self, when: str | datetime, agent: str | None, by: str = "Dov", before: str | None = None) -> Self:
        """To an agent, or to nobody."""
        return self.happens(when, Assigned(agent_id=agent and uid(agent), before=before and uid(before)), by)

    def move(self, when: str | datetime, queue: str, by: str = "Dov", before: str = "Billing") -> Self:
        """To another queue."""
        return self.happens(when, QueueChanged(queue_id=uid(queue), before=uid(before)), by)

    def prioritise(self, when: str | datetime, priority: int, by: str = "Dov", before: int = 2) -> Self:
        """To another priority."""
        return self.happens(when, PriorityChanged(priority=priority, before=before), by)

    def watch(self, when: str | datetime, who: str, *, watches: bool = True, by: str = "Dov") -> Self:
        """Somebody begins to watch, or stops."""
        return self.happens(when, (Watched if watches else Unwatched)(person_id=uid(who)), by)

    def tag(self, when: str | datetime, *added: str, removed: tuple[str, ...] = (), by: str = "Ana") -> Self:
        """Tags come and go."""
        return self.happens(when, TagsChanged(added=sorted(added), removed=sorted(removed)), by)

    def rate(self, when: str | datetime, score: int, by: str = "Cleo") -> Self:
        """Whoever asked says how content they are."""
        return self.happens(when, CsatRated(score=score), by)

    def survey(self, when: str | datetime, kind: Literal["ces", "nps"], score: int, by: str = "Cleo") -> Self:
        """They answer another question."""
        return self.happens(when, (EffortRated if kind == "ces" else RecommendationRated)(score=score), by)

    def book(
        self, when: str | datetime, minutes: int, who: str = "Ana", *, entry: str = "first",
        worked: str | datetime | None = None, is_billable: bool = False, activity: str | None = None,
    ) -> Self:  # fmt: skip
        """Somebody books time; of one ticket entries are told apart by a word."""
        booked = self._booked(when, minutes, entry, worked, activity, is_billable=is_billable)
        return self.happens(when, TimeLogged(person_id=uid(who), **booked), who)

    def correct(
        self, when: str | datetime, minutes: int, who: str = "Ana", *, entry: str = "first",
        worked: str | datetime | None = None, is_billable: bool = False, activity: str | None = None,
    ) -> Self:  # fmt: skip
        """It was another time."""
        booked = self._booked(when, minutes, entry, worked, activity, is_billable=is_billable)
        was = {f"before_{name}": booked[name] for name in ("minutes", "is_billable", "worked_at")}
        return self.happens(when, TimeCorrected(**booked, **was), who)

    def unbook(self, when: str | datetime, who: str = "Ana", *, entry: str = "first") -> Self:
        """The time is taken away."""
        gone = TimeRemoved(entry_id=self._entry(entry), person_id=uid(who), minutes=1, is_billable=False)
        return self.happens(when, gone, who)

    def _entry(self, name: str) -> UUID:
        return id_from(str(self.ticket_id), "entry", name)

    def _booked(
        self, when: str | datetime, minutes: int, entry: str, worked: str | datetime | None, activity: str | None,
        *, is_billable: bool,
    ) -> dict[str, Any]:  # fmt: skip
        return {
            "entry_id": self._entry(entry), "minutes": minutes, "is_billable": is_billable,
            "worked_at": at(worked or when), "activity_id": activity and uid(activity),
        }  # fmt: skip

    def thread(self, when: str | datetime, waits_since: str | datetime | None, by: str = "Dov") -> Self:
        """A merge or its undoing shows another thread here."""
        since = None if waits_since is None else at(waits_since)
        return self.happens(when, ThreadChanged(message_count=2, awaiting_reply_since=since), by)

    def clock(
        self, when: str | datetime, name: str = "first_reply", *, due: str | datetime | None, state: str = "running",
        started: str | datetime | None = None, metric: str = "first_reply", is_born_breached: bool = False,
        reason: str | None = None, target_seconds: int = 3600, elapsed_us: int = 1_500_000,
    ) -> Self:  # fmt: skip
        """The ticket's clock of this name is as said from now on; it may contradict all that was before."""
        kind = {
            "running": ClockResumed,
            "paused": ClockPaused,
            "fulfilled": ClockFulfilled,
            "cancelled": ClockCancelled,
        }
        instant = at(when)
        told = kind[state](
            clock_id=id_from(str(self.ticket_id), name), target=name, metric=metric, cycle=1, state=state,
            policy_id=uid("Promises"), policy_version=1, basis="calendar", calendar_id=None, calendar_version=None,
            target_seconds=target_seconds, started_at=at(started or when), counted_at=instant, elapsed_business_us=None,
            elapsed_calendar_us=elapsed_us, due_at=None if due is None else at(due), is_born_breached=is_born_breached,
            stopped_at=None if state in ("running", "paused") else instant, reason=reason,
        )  # fmt: skip
        return self.happens(when, told, "Robot")

    def happens(self, when: str | datetime, event: Event, by: str) -> Self:
        """Any event at all."""
        self.version += 1
        occurred_at = at(when)
        self._history.events.append(
            Envelope(
                event_id=id_from(str(self.ticket_id), str(self.version)),
                ticket_id=self.ticket_id,
                ticket_version=self.version,
                kind=event.kind,
                schema_version=event.schema_version,
                occurred_at=occurred_at,
                recorded_at=occurred_at,
                actor_id=uid(by),
                actor_kind=KINDS[ROLES[by]],
                actor_role=ROLES[by],
                source="api",
                cause_id=None,
                correlation_id=None,
                command_id=id_from(str(self.ticket_id), str(occurred_at)),
                payload=event.payload(),
            )
        )
        return self
