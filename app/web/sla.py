"""GET /tickets/{number}/sla: every clock of a ticket as a line of time, with the sentence that explains it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.policy import can
from app.queues.house import house_of
from app.sla.explain import Name, Segment, Story, sentence
from app.sla.remaining import name_of
from app.sla.step import GONE
from app.sla.told import names_in, policy_name, stories_of
from app.web.face import Face
from app.web.pages import demand_actor
from app.web.ticket_page import find
from core import clock
from core.durations import hours, spoken

WIDTH = 1_000
KINDS = {
    "run": "ran", "closed": "closed hours", "paused": "stood still",
    "contested": "stood still while the customer waited for us", "stopped": "was solved or gone",
}  # fmt: skip


REASONS = [
    ("agreed", "agreed with the customer"), ("third_party", "somebody else is waited for"),
    ("importance", "it matters more, or less"), ("mistake", "an earlier time was wrong"), ("other", "another reason"),
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bar:
    """A span on the line: where it begins and how wide it is, of `WIDTH`."""

    x: float
    width: float
    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class Line:
    """A clock as the page shows it."""

    id: UUID
    name: str
    cycle: int
    words: str
    tone: str
    policy: str
    version: int
    calendar_version: int | None
    target: str
    started_at: datetime
    due_at: datetime | None
    bars: list[Bar]
    due_x: float | None
    rows: list[dict[str, Any]]
    elapsed: str
    key: str
    is_live: bool
    is_by_hand: bool
    derived_due_at: datetime | None


def routes(face: Face) -> APIRouter:
    """The page, for colleagues."""
    router = APIRouter(include_in_schema=False)

    @router.get("/tickets/{number}/sla")
    def sla_page(request: Request, number: int) -> HTMLResponse:
        actor = demand_actor(request)
        with face.database.reading() as session:
            ticket, house = find(session, actor, number), house_of(session)
            found = stories_of(session, actor, ticket, house, clock.now())
            name = names_in(session, house, found)
            lines = [
                line(one, name, policy_name(house, one.clock.policy_id, one.clock.policy_version) or "")
                for one in reversed(found)
            ]
            policy = policy_name(house, ticket.sla_policy_id, ticket.sla_policy_version)
            return face.pages.page(
                request, "ticket_sla.html", here="tickets", ticket=ticket, lines=lines, policy=policy, width=WIDTH,
                kinds=KINDS, reasons=REASONS,
                may_set=can(actor, "priority", ticket.queue_id, ticket) and ticket.category not in (*GONE, "CLOSED"),
            )  # fmt: skip

    return router


def line(story: Story, name: Name, policy: str) -> Line:
    """A story as a line."""
    clocked, spans = story.clock, story.segments
    say = hours if clocked.basis == "business" else spoken
    start = spans[0].start if spans else clocked.started_at
    end = max([spans[-1].end if spans else clocked.counted_at, *([clocked.due_at] if clocked.due_at else [])])
    scale = WIDTH / max((end - start).total_seconds(), 1)

    def x(instant: datetime) -> float:
        return round((instant - start).total_seconds() * scale, 2)

    return Line(
        id=clocked.clock_id, name=name_of(clocked.target), cycle=clocked.cycle, words=sentence(story, name, say),
        tone=_tone(story), policy=policy, version=clocked.policy_version, calendar_version=clocked.calendar_version,
        target=say(clocked.target_seconds) + (" of work time" if clocked.basis == "business" else ""),
        started_at=clocked.started_at, due_at=clocked.due_at,
        bars=[Bar(x(one.start), round(x(one.end) - x(one.start), 2), one.kind, _title(one, name)) for one in spans],
        due_x=x(clocked.due_at) if clocked.due_at else None, rows=[_row(span, name) for span in spans],
        elapsed=say(clocked.elapsed_us / 1e6), key=clocked.target, is_live=clocked.is_live,
        is_by_hand=clocked.is_due_by_hand, derived_due_at=clocked.derived_due_at,
    )  # fmt: skip


def _tone(story: Story) -> str:
    if story.clock.breached_at is not None:
        return "late"
    return "still" if story.clock.stopped_at or story.clock.state == "paused" else "fine"


def _title(span: Segment, name: Name) -> str:
    owner = name(span.holder.agent_id) if span.holder.agent_id else "nobody"
    return f"{KINDS[span.kind]} {spoken(span.seconds)}: {name(span.holder.queue_id)}, {owner}"


def _row(span: Segment, name: Name) -> dict[str, Any]:
    return {
        "kind": span.kind, "words": KINDS[span.kind], "start": span.start, "end": span.end,
        "length": spoken(span.seconds), "queue": name(span.holder.queue_id), "category": span.holder.category,
        "agent": name(span.holder.agent_id) if span.holder.agent_id else None,
    }  # fmt: skip
