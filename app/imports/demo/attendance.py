"""When the demo company's people were there, and, while it is simulated, whether they are."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.identity.asking import actor_of
from app.imports.demo.company import Agent
from app.imports.demo.workforce import Worker
from app.people.person import Person
from app.presence.show import presence_of, show
from core import clock
from core.events import Presence, PresenceChanged

DAYS = 56
"""For so long before the end of the year it is told who was there."""
LUNCH_SECONDS = 7200
LUNCH_BEGINS, LUNCH_HOURS = 3.75, 0.7


def told(workers: Sequence[Worker], ids: Sequence[UUID], until: float) -> Iterator[tuple[datetime, PresenceChanged]]:
    """What they said: there when a shift begins, away for lunch, gone at its end. At the end of the year all have gone:
    whoever is there then says so again.
    """
    for worker in workers:
        said: Presence = "offline"
        since = until - DAYS * 86_400
        spans = [(begin, min(end, until)) for begin, end in worker.spans if since <= begin < until]
        ends = [begin for begin, _ in spans[1:]] + [float("inf")]
        for (begin, end), again in zip(spans, ends, strict=True):
            then: Presence = "away" if again - end < LUNCH_SECONDS else "offline"
            for epoch, presence in ((begin, "online"), (end, then)):
                yield _change(ids[worker.index], epoch, presence, said)
                said = presence  # type: ignore[assignment]


def _change(person_id: UUID, epoch: float, presence: str, before: str) -> tuple[datetime, PresenceChanged]:
    change = {"person_id": person_id, "presence": presence, "before": before, "reason": "chosen"}
    return datetime.fromtimestamp(int(epoch), UTC), PresenceChanged.model_validate(change)


def come_and_go(session: Session, agents: dict[UUID, Agent]) -> None:
    """Everybody is what they would be at this hour; who is there says it again, as an open page would."""
    for person_id, agent in sorted(agents.items()):
        wanted, row = _at_this_hour(agent), presence_of(session, person_id)
        if wanted != "offline" or (row and row.presence != "offline"):
            show(session, actor_of(session, session.get_one(Person, person_id)), wanted, source="ui")


def _at_this_hour(agent: Agent) -> Presence:
    shift = agent.shift
    local = clock.now().astimezone(ZoneInfo(shift.timezone))
    worked = timedelta(hours=local.hour, minutes=local.minute) / timedelta(hours=1) - shift.begins
    if local.weekday() not in shift.weekdays or not 0 <= worked < shift.ends - shift.begins:
        return "offline"
    return "away" if LUNCH_BEGINS <= worked < LUNCH_BEGINS + LUNCH_HOURS else "online"
