"""What the models must give, in plain and slow Python: one ticket at a time, one event after the other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise
from uuid import UUID

from core.ledger import Envelope
from tests.lake import reference_hands, reference_solve, reference_standing
from tests.lake.reference_hands import DONE, FOREVER, UNSOLVED, Row, is_touched, seconds_in, work_in

COUNTED = (
    "state_id", "category", "queue_id", "agent_id", "priority", "organisation_id", "channel", "requester_id",
    "awaiting_reply",
)  # fmt: skip
"""What an interval is about: any change of these ends one."""

AT_REPLY = ("queue_id", "priority", "state_id", "category")
AT_SOLVE = ("agent_id", *AT_REPLY)


@dataclass
class Moment:
    """The ticket right after one event."""

    event: Envelope
    occurred_at: datetime
    values: Row
    before_category: str | None

    @property
    def is_reply(self) -> bool:
        said = self.event.payload
        return (
            self.event.kind == "message.added" and said["visibility"] == "public" and said["author_kind"] == "agent"
            and not said["is_auto"] and not said["is_first"]
        )  # fmt: skip

    @property
    def is_from_customer(self) -> bool:
        said = self.event.payload
        return self.event.kind == "message.added" and (said["visibility"], said["author_kind"]) == (
            "public",
            "end_user",
        )

    @property
    def is_solve(self) -> bool:
        return self.values["category"] in DONE and (self.before_category is None or self.before_category in UNSOLVED)

    @property
    def is_reopen(self) -> bool:
        return self.before_category in DONE and self.values["category"] in UNSOLVED


@dataclass
class Tables:
    """The rows of the derived tables, in canonical order."""

    ticket: list[Row] = field(default_factory=list)
    ticket_interval: list[Row] = field(default_factory=list)
    message: list[Row] = field(default_factory=list)
    queue_delta: list[Row] = field(default_factory=list)
    turn: list[Row] = field(default_factory=list)
    ownership_spell: list[Row] = field(default_factory=list)
    agent_activity: list[Row] = field(default_factory=list)
    survey: list[Row] = field(default_factory=list)
    time_entry: list[Row] = field(default_factory=list)
    process_edge: list[Row] = field(default_factory=list)
    solve: list[Row] = field(default_factory=list)
    unsolved_span: list[Row] = field(default_factory=list)
    visit: list[Row] = field(default_factory=list)
    pause: list[Row] = field(default_factory=list)
    sla_segment: list[Row] = field(default_factory=list)
    sla_clock: list[Row] = field(default_factory=list)
    sla_breach: list[Row] = field(default_factory=list)
    sla_risk: list[Row] = field(default_factory=list)


def tables(events: Iterable[Envelope]) -> Tables:
    """All rows."""
    found = Tables()
    by_ticket = sorted((event for event in events if event.ticket_id), key=lambda event: event.ticket_id or UUID(int=0))
    for key, of_one in groupby(by_ticket, key=lambda event: event.ticket_id):
        known = list(of_one)
        moments = life([event for event in known if not event.kind.startswith("sla.")])
        if moments:
            intervals = intervals_of(moments)
            newest = max(event.ticket_version or 0 for event in known)
            found.ticket.append(ticket_of(moments, intervals) | {"ticket_version": newest})
            found.ticket_interval += intervals
            found.message += sorted(messages_of(moments), key=lambda row: (row["occurred_at"], row["message_id"]))
            found.queue_delta += deltas_of(intervals)
            turns = turns_of(moments)
            found.turn += turns
            found.ownership_spell += reference_hands.spells_of(moments, intervals)
            found.agent_activity += reference_hands.touches_of(moments)
            found.survey += reference_hands.ratings_of(moments)
            found.time_entry += reference_hands.times_of(moments)
            found.process_edge += reference_hands.edges_of(intervals)
            found.solve += reference_solve.solves_of(intervals, found, moments[0].event.actor_kind)
            messages = [row for row in found.message if row["ticket_id"] == key]
            found.unsolved_span += reference_standing.unsolved_of(moments, turns)
            found.visit += reference_standing.visits_of(intervals)
            found.pause += reference_standing.pauses_of(intervals, messages, turns)
            segments = segments_of([event for event in known if event.kind in CLOCK_KINDS], moments[0].occurred_at)
            found.sla_segment += segments
            found.sla_clock += [clock_of(row, intervals) for row in segments if row["until"] == FOREVER]
            found.sla_breach += reference_standing.breaches_of(segments, intervals)
            found.sla_risk += reference_standing.risks_of(segments, intervals)
    return found


def life(events: Sequence[Envelope]) -> list[Moment]:
    """One ticket's moments in the order in which they happened; none without a creation."""
    created = next((event for event in events if event.kind == "ticket.created"), None)
    if created is None:
        return []
    dated = [(max(event.occurred_at, created.occurred_at), event) for event in events]
    values: Row = {"awaiting_reply": False}
    moments = []
    for occurred_at, event in sorted(dated, key=lambda one: (one[0], one[1].ticket_version)):
        before_category = values.get("category")
        values = {**values, **changed(event)}
        moment = Moment(event, occurred_at.astimezone(UTC).replace(tzinfo=None), values, before_category)
        values["awaiting_reply"] = awaits(moment, values["awaiting_reply"])
        moments.append(moment)
    return moments


def changed(event: Envelope) -> Row:
    """The values that an event sets."""
    said = event.payload
    match event.kind:
        case "ticket.created":
            ids = {name: as_id(said[name]) for name in ("state_id", "queue_id", "agent_id", "organisation_id")}
            plain = {name: said[name] for name in ("category", "priority", "channel")}
            return {**ids, **plain, "requester_id": as_id(said["requester_id"])}
        case "ticket.status_changed":
            return {"state_id": as_id(said["state_id"]), "category": said["category"]}
        case "ticket.assigned":
            return {"agent_id": as_id(said["agent_id"])}
        case "ticket.queue_changed":
            return {"queue_id": as_id(said["queue_id"])}
        case "ticket.priority_changed":
            return {"priority": said["priority"]}
    return {}


def awaits(moment: Moment, before: bool) -> bool:
    """Whether an unanswered customer message stands after this moment."""
    if moment.event.kind == "ticket.thread_changed":
        return moment.event.payload["awaiting_reply_since"] is not None
    if moment.is_from_customer:
        return True
    enters_done = moment.event.kind in ("ticket.created", "ticket.status_changed") and moment.values["category"] in DONE
    return False if moment.is_reply or enters_done else before


def ticket_of(moments: Sequence[Moment], intervals: Sequence[Row]) -> Row:
    """The row of one ticket. A solve has the values of its span: all that happened in that instant is part of them."""
    created, last = moments[0], moments[-1]
    reply = next((moment for moment in moments if moment.is_reply), None)
    solves = [moment for moment in moments if moment.is_solve]
    standing = solves[-1] if solves and last.values["category"] in DONE else None
    solved = [row for row in intervals if row["category"] in DONE and row["before_category"] in {None, *UNSOLVED}]
    opened, said = created.occurred_at, created.event.payload
    now = {name: last.values[name] for name in ("queue_id", "state_id", "category", "priority", "agent_id")}
    return {
        **now,
        "ticket_id": created.event.ticket_id,
        "number": said["number"],
        "created_at": opened,
        "requester_id": as_id(said["requester_id"]),
        "organisation_id": as_id(said["organisation_id"]),
        "channel": said["channel"],
        "language": said["language"],
        "created_queue_id": as_id(said["queue_id"]),
        "created_priority": said["priority"],
        "created_agent_id": as_id(said["agent_id"]),
        "created_organisation_id": as_id(said["organisation_id"]),
        "created_by_kind": created.event.actor_kind,
        "tags": tags_of(moments),
        "creator_id": created.event.actor_id,
        "involved_ids": involved_in(moments),
        "watcher_ids": watchers_of(moments),
        "first_replied_at": reply and reply.occurred_at,
        "first_reply_agent_id": reply and reply.event.actor_id,
        **{f"first_reply_{name}": reply and reply.values[name] for name in AT_REPLY},
        "first_reply_seconds": seconds(opened, reply),
        "first_solved_at": solves[0].occurred_at if solves else None,
        "first_resolution_seconds": seconds(opened, solves[0] if solves else None),
        "last_solved_at": standing and standing.occurred_at,
        **{f"last_solved_{name}": standing and solved[-1][name] for name in (*AT_SOLVE, "actor_kind")},
        "last_solved_reply_count": standing and solved[-1]["agent_reply_count"],
        **work_in(intervals),
        "requester_wait_seconds": seconds_in(intervals, {"NEW", "OPEN", "HOLD"}),
        "unassigned_seconds": seconds_in([row for row in intervals if row["agent_id"] is None], UNSOLVED),
        "full_resolution_seconds": seconds(opened, standing),
        "solve_count": len(solves),
        "reopen_count": sum(moment.is_reopen for moment in moments),
        "agent_reply_count": sum(moment.is_reply for moment in moments),
        "customer_message_count": sum(moment.is_from_customer for moment in moments),
        "history_complete": said["history_complete"],
        "last_event_at": last.occurred_at,
    }


def involved_in(moments: Sequence[Moment]) -> list[UUID]:
    """Who of the house ever wrote on it or owned it."""
    hands = set()
    for event in (moment.event for moment in moments):
        if event.kind in ("ticket.created", "ticket.assigned"):
            hands.add(as_id(event.payload["agent_id"]))
        elif event.kind == "message.added" and event.payload["author_kind"] != "end_user":
            hands.add(event.actor_id)
    return sorted(hand for hand in hands if hand)


def watchers_of(moments: Sequence[Moment]) -> list[UUID]:
    """Who watches it in the end."""
    watching = {
        moment.event.payload["person_id"]: moment.event.kind == "ticket.watched"
        for moment in moments
        if moment.event.kind in ("ticket.watched", "ticket.unwatched")
    }
    return sorted(UUID(person) for person, watches in watching.items() if watches)


def tags_of(moments: Sequence[Moment]) -> list[str]:
    """The tags that are left in the end."""
    tags: set[str] = set()
    for moment in moments:
        said = moment.event.payload
        if moment.event.kind == "ticket.created":
            tags |= set(said["tags"])
        if moment.event.kind == "ticket.tags_changed":
            tags = (tags | set(said["added"])) - set(said["removed"])
    return sorted(tags)


def intervals_of(moments: Sequence[Moment]) -> list[Row]:
    """The spans of one ticket: runs of one instant and one category, then those of them that bring a change."""
    runs = [list(run) for _, run in groupby(moments, key=lambda one: (one.occurred_at, one.values["category"]))]
    rests = [(run[-1], cause_of(run)) for run in runs]
    boundaries = [rests[0]] + [
        now for before, now in pairwise(rests) if any(before[0].values[name] != now[0].values[name] for name in COUNTED)
    ]
    rows: list[Row] = []
    for moment, mover in boundaries:
        before = rows[-1] if rows else None
        is_solve = moment.values["category"] in DONE and (before is None or before["category"] in UNSOLVED)
        is_reopen = before is not None and moment.values["category"] in UNSOLVED and before["category"] in DONE
        past = moments[: moments.index(moment) + 1]
        is_visit_start = before is None or before["state_id"] != moment.values["state_id"]
        if before:
            before |= {"until": moment.occurred_at, "is_visit_end": is_visit_start}
        rows.append(
            {
                **{name: moment.values[name] for name in COUNTED},
                "stands": reference_standing.stands_of(moment.values),
                "ticket_id": moment.event.ticket_id,
                "n": len(rows) + 1,
                "since": moment.occurred_at,
                "until": FOREVER,
                "before_category": before and before["category"],
                "is_visit_start": is_visit_start,
                "is_visit_end": False,
                "visit": (before["visit"] if before else 0) + is_visit_start,
                "visit_since": moment.occurred_at if is_visit_start or before is None else before["visit_since"],
                "actor_id": mover.actor_id,
                "actor_kind": mover.actor_kind,
                "created_at": moments[0].occurred_at,
                "worked_at": next((one.occurred_at for one in past if one.values["agent_id"] or is_touched(one)), None),
                "agent_reply_count": sum(one.is_reply for one in past),
                "solve_count": (before["solve_count"] if before else 0) + is_solve,
                "reopen_count": (before["reopen_count"] if before else 0) + is_reopen,
                "reopened_at": moment.occurred_at if is_reopen else before and before["reopened_at"],
                "owner_spell": spell_of(before, "agent_id", "owner_spell", moment),
                "queue_spell": spell_of(before, "queue_id", "queue_spell", moment),
            }
        )
    reference_standing.tell_changes(rows)
    return rows


def spell_of(before: Row | None, column: str, counted: str, moment: Moment) -> int:
    """The how-many-th owner or queue in a row it is; to have none later counts, to have none at first does not."""
    if before is None:
        return int(moment.values[column] is not None)
    return before[counted] + (before[column] != moment.values[column])  # type: ignore[no-any-return]


def cause_of(run: Sequence[Moment]) -> Envelope:
    """Who moved the state last in this instant, or else who acted last."""
    movers = [moment for moment in run if moment.event.kind in ("ticket.created", "ticket.status_changed")]
    return (movers or run)[-1].event


def messages_of(moments: Sequence[Moment]) -> list[Row]:
    """One row a message."""
    turns = {turn["answer_version"]: turn for turn in turns_of(moments) if turn["answer_version"]}
    replies = [moment for moment in moments if moment.is_reply]
    heard = [moment for moment in moments if moment.is_from_customer]
    return [
        {
            **{name: moment.event.payload[name] for name in ("direction", "visibility", "author_kind", "channel")},
            **{name: moment.event.payload[name] for name in ("is_first", "is_auto", "chars", "made_from", "edited")},
            **{name: moment.values[name] for name in ("queue_id", "priority", "organisation_id")},
            **{name: moment.values[name] for name in ("state_id", "category")},
            "is_contact": moment in heard and is_contact(moment, heard),
            "reply_number": replies.index(moment) + 1 if moment in replies else None,
            "waited_since": turns.get(moment.event.ticket_version, {}).get("started_at"),
            "waited_seconds": turns.get(moment.event.ticket_version, {}).get("wait_seconds"),
            "ticket_id": moment.event.ticket_id,
            "message_id": as_id(moment.event.payload["message_id"]),
            "occurred_at": moment.occurred_at,
            "author_id": moment.event.actor_id,
            "is_agent_reply": moment.is_reply,
            "owner_id": moment.values["agent_id"],
        }
        for moment in moments
        if moment.event.kind == "message.added"
    ]


def is_contact(moment: Moment, heard: Sequence[Moment]) -> bool:
    """Whether its author said nothing on the ticket in the five minutes before."""
    before = [one for one in heard[: heard.index(moment)] if one.event.actor_id == moment.event.actor_id]
    return not before or moment.occurred_at - before[-1].occurred_at > timedelta(minutes=5)


def deltas_of(intervals: Sequence[Row]) -> list[Row]:
    """One in at the start of every span that lasts, one out at its end."""
    kept = [name for name in COUNTED if name != "requester_id"]
    return [
        {
            **{name: row[name] for name in kept}, "ticket_id": row["ticket_id"], "n": row["n"],
            "occurred_at": instant, "delta": delta, "stands": row["stands"],
            "changes": row["changes_in" if delta > 0 else "changes_out"],
        }
        for row in intervals
        if row["since"] < row["until"]
        for instant, delta in ((row["since"], 1), (row["until"], -1))
        if instant < FOREVER
    ]  # fmt: skip


def turns_of(moments: Sequence[Moment]) -> list[Row]:
    """From the first message that waits for an answer to the answer, or to what made it void."""
    rows: list[Row] = []
    waits = False
    for moment in moments:
        if moment.values["awaiting_reply"] and not waits:
            rows.append(
                {
                    "ticket_id": moment.event.ticket_id, "n": len(rows) + 1, "started_at": moment.occurred_at,
                    "answered_at": None, "void_at": None, "responder_id": None, "wait_seconds": None,
                    "answer_version": None,
                    "queue_id": moment.values["queue_id"], "owner_id": moment.values["agent_id"],
                    "priority": moment.values["priority"],
                }
            )  # fmt: skip
        elif waits and not moment.values["awaiting_reply"] and moment.is_reply:
            waited = seconds(rows[-1]["started_at"], moment)
            rows[-1] |= {"answered_at": moment.occurred_at, "responder_id": moment.event.actor_id}
            rows[-1] |= {"wait_seconds": waited, "answer_version": moment.event.ticket_version}
        elif waits and not moment.values["awaiting_reply"]:
            rows[-1]["void_at"] = moment.occurred_at
        waits = moment.values["awaiting_reply"]
    return rows


CLOCK_KINDS = {f"sla.clock.{what}" for what in ("activated", "applied", "paused", "resumed", "fulfilled", "cancelled")}
TOLD = ("target", "metric", "cycle", "state", "reason", "policy_version", "basis", "calendar_version", "target_seconds")
AT_DUE = ("queue_id", "state_id", "category", "agent_id", "priority", "organisation_id", "channel")


def segments_of(events: Sequence[Envelope], created_at: datetime) -> list[Row]:
    """What each clock was from one of its events to the next; what did not last is left out."""
    told: dict[UUID, list[tuple[datetime, int, Row]]] = {}
    for event in events:
        instant = max(event.occurred_at.astimezone(UTC).replace(tzinfo=None), created_at)
        one = (instant, event.ticket_version or 0, {**event.payload, "ticket_id": event.ticket_id})
        told.setdefault(UUID(event.payload["clock_id"]), []).append(one)
    rows = []
    for of_one in told.values():
        of_one.sort(key=lambda one: one[:2])
        untils = [later[0] for later in of_one[1:]] + [FOREVER]
        lasting = [
            (since, until, said) for (since, _, said), until in zip(of_one, untils, strict=True) if since < until
        ]
        rows += [segment_of(said, n, since, until) for n, (since, until, said) in enumerate(lasting, 1)]
    return sorted(rows, key=lambda row: (row["clock_id"], row["n"]))


def segment_of(said: Row, n: int, since: datetime, until: datetime) -> Row:
    """A clock as an event told it."""
    business = said["elapsed_business_us"]
    return {
        **{name: said[name] for name in (*TOLD, "ticket_id", "is_born_breached")},
        **{name: as_id(said[name]) for name in ("clock_id", "policy_id", "calendar_id")},
        **{name: as_instant(said[name]) for name in ("started_at", "counted_at", "due_at", "stopped_at")},
        "n": n, "since": since, "until": until,
        "elapsed_business_seconds": None if business is None else business // 1_000_000,
        "elapsed_calendar_seconds": said["elapsed_calendar_us"] // 1_000_000,
        "is_due_by_hand": said["is_due_by_hand"], "derived_due_at": as_instant(said["derived_due_at"]),
    }  # fmt: skip


def clock_of(segment: Row, intervals: Sequence[Row]) -> Row:
    """A clock as it stands, with what the ticket was when it was due."""
    dated = segment["due_at"] or segment["stopped_at"] or segment["counted_at"]
    known = max(dated, segment["started_at"])
    span = next((row for row in intervals if covers(row, known)), None)
    values = {name: span and span[name] for name in AT_DUE}
    last = segment["stopped_at"] and next((row for row in intervals if covers(row, segment["stopped_at"])), None)
    values |= {f"stopped_{name}": last and last[name] for name in AT_DUE if name not in ("organisation_id", "channel")}
    rest = {name: of for name, of in segment.items() if name not in ("n", "since", "until", "counted_at")}
    return {**rest, **values, "dated": dated}


def covers(span: Row, instant: datetime) -> bool:
    """Whether the instant lies in the span."""
    return bool(span["since"] <= instant < span["until"])


def as_instant(text: str | None) -> datetime | None:
    """An instant as payloads spell it, as the lake keeps it."""
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None)


def seconds(opened: datetime, moment: Moment | None) -> int | None:
    """Whole seconds since the creation; null: not reached."""
    return None if moment is None else int((moment.occurred_at - opened).total_seconds() // 1)


def as_id(text: str | None) -> UUID | None:
    """An id as payloads spell it."""
    return None if text is None else UUID(text)
