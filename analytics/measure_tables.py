"""The lake's derived tables as Ibis sees them; which of their rows a question may see says `measure_wall`."""

from collections.abc import Callable
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from analytics.measure_steps import changes_seen, standing
from core.events import Category

_VALUES = {
    "queue_id": "uuid",
    "state_id": "uuid",
    "category": "string",
    "priority": "int32",
    "agent_id": "uuid",
    "organisation_id": "uuid",
    "channel": "string",
}
"""Columns by which numbers are split; on rows of events these are the values in force at that instant."""

_TICKET = {
    "ticket_id": "uuid",
    "number": "int64",
    **_VALUES,
    "requester_id": "uuid",
    "creator_id": "uuid",
    "involved_ids": "array<uuid>",
    "watcher_ids": "array<uuid>",
    "created_at": "timestamp",
    "last_event_at": "timestamp",
    "history_complete": "boolean",
    "first_replied_at": "timestamp",
    "first_reply_seconds": "int64",
    "first_reply_queue_id": "uuid",
    "first_reply_state_id": "uuid",
    "first_reply_category": "string",
    "first_reply_priority": "int32",
    "first_reply_agent_id": "uuid",
    "last_solved_at": "timestamp",
    "full_resolution_seconds": "int64",
    "last_solved_queue_id": "uuid",
    "last_solved_state_id": "uuid",
    "last_solved_category": "string",
    "last_solved_priority": "int32",
    "last_solved_agent_id": "uuid",
    "last_solved_actor_kind": "string",
    "last_solved_reply_count": "int32",
    "reopen_count": "int32",
    "created_by_kind": "string",
    "work_seconds": "int64",
    "pending_seconds": "int64",
    "hold_seconds": "int64",
    "requester_wait_seconds": "int64",
    "unassigned_seconds": "int64",
}

_INTERVAL = {
    "ticket_id": "uuid",
    "n": "int32",
    "since": "timestamp",
    "until": "timestamp",
    "before_category": "string",
    "awaiting_reply": "boolean",
    "visit": "int32",
    "visit_since": "timestamp",
    "is_visit_start": "boolean",
    "is_visit_end": "boolean",
    "requester_id": "uuid",
    "actor_id": "uuid",
    "actor_kind": "string",
    "created_at": "timestamp",
    "worked_at": "timestamp",
    "agent_reply_count": "int32",
    "solve_count": "int32",
    "reopen_count": "int32",
    "reopened_at": "timestamp",
    **_VALUES,
}

_DELTA = {
    "ticket_id": "uuid",
    "occurred_at": "timestamp",
    "delta": "int32",
    "awaiting_reply": "boolean",
    "changes": "int32",
    "stands": "int32",
    **_VALUES,
}

_TURN = {
    "ticket_id": "uuid",
    "n": "int32",
    "started_at": "timestamp",
    "answered_at": "timestamp",
    "void_at": "timestamp",
    "responder_id": "uuid",
    "wait_seconds": "int64",
}

_MESSAGE = {
    "ticket_id": "uuid",
    "message_id": "uuid",
    "occurred_at": "timestamp",
    "visibility": "string",
    "author_kind": "string",
    "author_id": "uuid",
    "owner_id": "uuid",
    "is_agent_reply": "boolean",
    "is_contact": "boolean",
    "reply_number": "int32",
    "waited_since": "timestamp",
    "waited_seconds": "int64",
    "made_from": "string",
    "edited": "float64",
    **{name: kind for name, kind in _VALUES.items() if name != "agent_id"},
}

_SPELL = {
    "ticket_id": "uuid",
    "side": "string",
    "n": "int32",
    "since": "timestamp",
    "until": "timestamp",
    "holder_id": "uuid",
    "before_id": "uuid",
    "is_return": "boolean",
    "created_at": "timestamp",
    "replied_at": "timestamp",
    **_VALUES,
}

_ACTIVITY = {
    "ticket_id": "uuid",
    "ticket_version": "int32",
    "occurred_at": "timestamp",
    "owner_id": "uuid",
    "is_bulk": "boolean",
    **_VALUES,
}

_SURVEY = {
    "ticket_id": "uuid",
    "n": "int32",
    "question": "string",
    "since": "timestamp",
    "until": "timestamp",
    "score": "int32",
    "before_score": "int32",
    "is_content": "boolean",
    **_VALUES,
}

_TIME = {
    "ticket_id": "uuid",
    "n": "int32",
    "since": "timestamp",
    "until": "timestamp",
    "person_id": "uuid",
    "activity_id": "uuid",
    "minutes": "int32",
    "is_billable": "boolean",
    "worked_at": "timestamp",
    **_VALUES,
}

_EDGE = {
    "ticket_id": "uuid",
    "activity": "string",
    "n": "int32",
    "occurred_at": "timestamp",
    "source_id": "uuid",
    "target_id": "uuid",
    "since": "timestamp",
    "left_at": "timestamp",
    "seconds": "int64",
    "actor_id": "uuid",
    "actor_kind": "string",
    **_VALUES,
}

_SOLVE = {
    "ticket_id": "uuid",
    "n": "int32",
    "since": "timestamp",
    "before_category": "string",
    "requester_id": "uuid",
    "actor_id": "uuid",
    "actor_kind": "string",
    "created_by_kind": "string",
    "created_at": "timestamp",
    "worked_at": "timestamp",
    "agent_reply_count": "int32",
    "solve_count": "int32",
    "reopen_count": "int32",
    "reopened_at": "timestamp",
    "is_standing": "boolean",
    "back_at": "timestamp",
    "reopened_again_at": "timestamp",
    "is_raised": "boolean",
    "work_seconds": "int64",
    "pending_seconds": "int64",
    "hold_seconds": "int64",
    "requester_wait_seconds": "int64",
    "unassigned_seconds": "int64",
    "unsolved_seconds": "int64",
    "touch_count": "int32",
    "owner_count": "int32",
    "routed_queue_id": "uuid",
    "replier_count": "int32",
    "channel_count": "int32",
    "wait_count": "int32",
    "wait_seconds": "int64",
    "longest_wait_seconds": "int64",
    "hand_ids": "array<uuid>",
    "hand_shares": "array<float64>",
    **_VALUES,
}

_UNSOLVED = {
    "ticket_id": "uuid",
    "n": "int32",
    "since": "timestamp",
    "until": "timestamp",
    "hours": "int32",
    "created_at": "timestamp",
    "reopened_at": "timestamp",
    "awaiting_reply": "boolean",
    "waiting_since": "timestamp",
    "silent_since": "timestamp",
    "is_replied": "boolean",
    **_VALUES,
}

_VISIT = {
    "ticket_id": "uuid",
    "n": "int32",
    "since": "timestamp",
    "until": "timestamp",
    "solve_count": "int32",
    **_VALUES,
}

_PAUSE = {
    "ticket_id": "uuid",
    "n": "int32",
    "since": "timestamp",
    "until": "timestamp",
    "visit_since": "timestamp",
    "is_visit_end": "boolean",
    "contested_since": "timestamp",
    "contested_seconds": "int64",
    **_VALUES,
}

_CLOCK = {
    "ticket_id": "uuid",
    "clock_id": "uuid",
    "target": "string",
    "metric": "string",
    "state": "string",
    "reason": "string",
    "policy_id": "uuid",
    "calendar_id": "uuid",
    "calendar_version": "int32",
    "basis": "string",
    "target_seconds": "int64",
    "started_at": "timestamp",
    "due_at": "timestamp",
    "stopped_at": "timestamp",
    "is_born_breached": "boolean",
    "is_due_by_hand": "boolean",
}
_CLOCK_NOW = {
    **_CLOCK,
    "dated": "timestamp",
    **_VALUES,
    **{f"stopped_{name}": kind for name, kind in _VALUES.items() if name not in ("organisation_id", "channel")},
}
_SEGMENT = {**_CLOCK, "n": "int32", "since": "timestamp", "until": "timestamp", "counted_at": "timestamp"}

_BREACH = {
    "ticket_id": "uuid",
    "clock_id": "uuid",
    "since": "timestamp",
    "until": "timestamp",
    "uncovered_since": "timestamp",
    "target": "string",
    "policy_id": "uuid",
    "calendar_id": "uuid",
    **_VALUES,
}
_RISK = {name: kind for name, kind in _BREACH.items() if name != "uncovered_since"}

_CHECK = {
    "since": "timestamp",
    "until": "timestamp",
    "checked": "int64",
    "wrong": "int64",
}

_BREAKPOINT = {
    "calendar_id": "uuid",
    "version": "int32",
    "edge_at": "timestamp",
    "open_seconds": "int64",
    "is_open": "boolean",
}

EXCLUDED = (Category.SPAM, Category.DELETED)
"""Tickets that count nowhere once they are so. A merged ticket counts until its merge (METRICS.md edges MD, DX)."""

DONE = (Category.SOLVED, Category.CLOSED)


@dataclass(frozen=True, slots=True)
class Lake:
    """The tables that metrics are made of. `is_past` tells that `as_of` is an instant before now.

    `is_business` tells that durations are to be counted in business hours. `since` and `end` bound the time asked for,
    where there are bounds: rows outside of it are cut off in any case, but joins are dear, so whoever joins cuts first.
    """

    ticket: ir.Table
    interval: ir.Table
    delta: ir.Table
    turn: ir.Table
    message: ir.Table
    spell: ir.Table
    activity: ir.Table
    survey: ir.Table
    time: ir.Table
    edge: ir.Table
    solve: ir.Table
    unsolved: ir.Table
    visit: ir.Table
    pause: ir.Table
    clock: ir.Table
    segment: ir.Table
    breach: ir.Table
    risk: ir.Table
    breakpoint: ir.Table
    check: ir.Table
    is_past: bool = False
    is_business: bool = False
    since: ir.TimestampValue | None = None
    end: ir.TimestampValue | None = None
    split: frozenset[str] | None = None
    """The columns by which steps are split and filtered before they are added up; None: they are looked at singly."""

    def steps(self, keep: Callable[[ir.Table], ir.BooleanValue]) -> ir.Table:
        """The steps that are kept, each `dated`, without those of which two cancel whatever is added up."""
        step = self.delta.filter(standing(keep, self.delta)).mutate(dated=self.delta.occurred_at)
        if self.split is None:
            return step
        wanted = changes_seen(keep, self.delta, self.split)
        lowest = wanted & -wanted
        return step.filter(step.changes >= lowest, (step.changes & wanted) != 0)

    def asked(self, rows: ir.Table) -> ir.Table:
        """Of rows that happen at `dated`, those in the time asked for."""
        rows = self.from_start(rows)
        return rows if self.end is None else rows.filter(rows.dated < self.end)

    def from_start(self, rows: ir.Table) -> ir.Table:
        """Those that do not happen before it: what follows upon rows in it."""
        return rows if self.since is None else rows.filter(rows.dated >= self.since)

    def lasting(self, spans: ir.Table) -> ir.Table:
        """Spans that reach into the time asked for, or touch it."""
        spans = spans if self.since is None else spans.filter(spans.until >= self.since)
        return spans if self.end is None else spans.filter(spans.since < self.end)


def _table(name: str, columns: dict[str, str]) -> ir.Table:
    return ibis.table(columns, name=name, catalog="lake", database="main")


WHOLE = Lake(
    ticket=_table("ticket", _TICKET),
    interval=_table("ticket_interval", _INTERVAL),
    delta=_table("queue_delta", _DELTA),
    turn=_table("turn", _TURN),
    message=_table("message", _MESSAGE),
    spell=_table("ownership_spell", _SPELL),
    activity=_table("agent_activity", _ACTIVITY),
    survey=_table("survey", _SURVEY),
    time=_table("time_entry", _TIME),
    edge=_table("process_edge", _EDGE),
    solve=_table("solve", _SOLVE),
    unsolved=_table("unsolved_span", _UNSOLVED),
    visit=_table("visit", _VISIT),
    pause=_table("pause", _PAUSE),
    clock=_table("sla_clock", _CLOCK_NOW),
    segment=_table("sla_segment", _SEGMENT),
    breach=_table("sla_breach", _BREACH),
    risk=_table("sla_risk", _RISK),
    breakpoint=_table("calendar_breakpoint", _BREAKPOINT),
    check=_table("data_check", _CHECK),
)

OF_TICKETS = (
    "interval", "delta", "turn", "message", "spell", "activity", "survey", "time", "edge", "solve", "unsolved", "visit",
    "pause",    "clock", "segment", "breach", "risk",
)  # fmt: skip
"""Tables of which a ticket has several rows."""


def is_done(category: ir.StringValue) -> ir.BooleanValue:
    """Stands solved: SOLVED or CLOSED."""
    return category.isin([*DONE])
