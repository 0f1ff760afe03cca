"""Many histories in one lake, and a question to it for each, by plain chance: ten thousand of them take minutes.

Tickets are reopened, merged and unmerged, split, deleted and restored; events come late (in any order, some claim to be
older than their ticket), twice and out of order, over nights on which clocks change. Hours that are edited in the
middle of it are those of tests/metrics/crowd_hours.py.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from analytics import catalogue
from analytics.measure_dimensions import DERIVED
from analytics.metric import Flow, Metric
from core.actor import ALL, Scope
from core.events import TicketMerged, TicketSplit, TicketUnmerged
from core.ids import id_from
from tests.lake.generated import CATEGORIES, STATES, take
from tests.lake.history import History, Life, uid
from tests.metrics.questions import GRAINS, INSTANTS, OF_TICKETS, WORDS, ZONES
from tests.metrics.reference import Asked

AGENTS = (None, "Ana", "Bo")
QUEUES = ("Billing", "Technical")


def crowd(chance: Random, histories: int) -> History:
    """So many histories of one to three tickets each, told in any order: late, interleaved, and in one instant."""
    told = History()
    for _ in range(histories):
        lives = [born(chance, told) for _ in range(chance.randint(1, 3))]
        for _ in range(chance.randrange(14)):
            life, opened = chance.choice(lives)
            if chance.random() < 0.15:
                lives += belongs(chance, told, life, chance.choice(lives)[0], max(instant(chance), opened))
            else:
                happens(chance, life, opened)
                if chance.random() < 0.1:
                    again(told, life)
    chance.shuffle(told.events)
    told.events.sort(key=lambda event: event.kind != "ticket.created" and chance.random() < 0.2)
    return told


def born(chance: Random, told: History) -> tuple[Life, datetime]:
    """A ticket, sometimes entered with a state or an owner that it has from the start, and when it was opened."""
    opened = instant(chance)
    life = told.ticket(
        opened,
        by=chance.choice(("Cleo", "Cleo", "Ana")),
        queue=chance.choice(QUEUES),
        state=chance.choice(("NEW", "NEW", "NEW", *CATEGORIES)),
        agent=chance.choice(AGENTS),
        priority=chance.randint(1, 4),
        channel=chance.choice(("email", "email", "web")),
        organisation=chance.choice((None, "Acme")),
        requester=chance.choice((None, "Cleo", "Ana", "Bo")),
        message=chance.random() < 0.8,
        history_complete=chance.random() < 0.8,
    )
    return life, opened


def belongs(chance: Random, told: History, life: Life, other: Life, when: datetime) -> list[tuple[Life, datetime]]:
    """A ticket is merged into another (perhaps for a while), split, or deleted and restored; what is new because of it.

    What this does to states and threads is told as app/tickets/merge.py and split.py tell it.
    """
    until = when + timedelta(hours=chance.randrange(200))
    waits = chance.choice((None, when))
    match chance.choice(("merge", "merge and back", "split", "delete and restore")):
        case "split":
            made = told.ticket(when, by="Ana", queue=chance.choice(QUEUES), message=False)
            for one in (life, made):
                one.happens(when, TicketSplit(source_id=life.ticket_id, target_id=made.ticket_id, said_ids=[]), "Ana")
            made.thread(when, waits)
            return [(made, when)]
        case "delete and restore":
            life.state(when, "DELETED").state(until, "OPEN")
        case deed if other is not life:
            pair = {"source_id": life.ticket_id, "target_id": other.ticket_id}
            for one in (life, other):
                one.happens(when, TicketMerged(**pair, from_state_id=uid("OPEN")), "Ana")
            life.state(when, "MERGED").thread(when, None)
            other.thread(when, waits)
            if deed == "merge and back":
                for one in (life, other):
                    one.happens(until, TicketUnmerged(**pair), "Ana")
                life.state(until, "OPEN").thread(until, waits)
                other.thread(until, None)
    return []


def again(told: History, life: Life) -> None:
    """Somebody's machine sent the newest deed twice: it is told twice, in one instant."""
    event = told.events[-1]
    life.version += 1
    told.events.append(
        replace(event, event_id=id_from(str(event.ticket_id), str(life.version)), ticket_version=life.version)
    )


def happens(chance: Random, life: Life, opened: datetime) -> None:
    """One thing more; a merge, spam and deletion are states, and their undoing is one, too.

    Whatever claims to be older than its ticket is taken as of its creation, but for clocks: none runs for no ticket.
    """
    steps: tuple[tuple[str, Any], ...] = (
        ("state", chance.choice(STATES)),
        ("state", chance.choice((("SOLVED", "SOLVED"), ("SOLVED", "SOLVED", "Robot"), ("OPEN", "OPEN")))),
        ("assign", chance.choice(AGENTS)), ("move", chance.choice(QUEUES)), ("prioritise", chance.randint(1, 4)),
        ("message", (chance.choice(("Ana", "Bo", "Cleo", "Robot")), "public", chance.random() < 0.2)),
        ("message", (chance.choice(("Ana", "Bo", "Cleo")), chance.choice(("public", "internal")), False)),
        ("book", (chance.randrange(3), chance.randint(1, 90), chance.choice(("Ana", "Bo")), chance.random() < 0.5)),
        ("rate", chance.randint(1, 5)),
        ("survey", chance.choice((("ces", chance.randint(1, 7)), ("nps", chance.randint(0, 10))))),
        ("thread", chance.choice((None, INSTANTS[3]))),
        ("clock", (
            chance.choice(("first_reply", "resolution")),
            chance.choice(("running", "paused", "fulfilled", "cancelled")),
            chance.choice((None, chance.randint(-20, 20))), chance.random() < 0.5,
        )),
    )  # fmt: skip
    step, argument = chance.choice(steps)
    when = instant(chance)
    take(life, max(when, opened) if step == "clock" else when, step, argument)


def question(chance: Random, names: Sequence[str] = OF_TICKETS) -> Asked:
    """Any question to any metric, or to any of these."""
    metric = catalogue.METRICS[chance.choice(names)]
    since, until = sorted((instant(chance), instant(chance)))
    name = chance.choice(list(WORDS))
    return Asked(
        metric=metric.name,
        by=tuple(chance.sample([*metric.dimensions, *derived(metric)], chance.randrange(3))),
        grain=chance.choice(GRAINS),
        since=chance.choice((None, plain(since))),
        until=chance.choice((None, plain(until))),
        as_of=chance.choice((None, None, plain(instant(chance)))),
        where={name: chance.sample(WORDS[name], 1)} if name in metric.dimensions and chance.random() < 0.3 else {},
        scope=chance.choice((ALL, ALL, Scope(queue_ids=frozenset({uid(chance.choice(QUEUES))})))),
        timezone=chance.choice(ZONES),
    )


def derived(metric: Metric) -> list[str]:
    """By what else; a census' instants are not those of its rows, and today's are enough there."""
    return [name for name in metric.derived if isinstance(metric.source, Flow) or DERIVED[name][1]]


def instant(chance: Random) -> datetime:
    """A night on which clocks change, a local midnight, or any hour of a hundred days."""
    hour = INSTANTS[2] + timedelta(hours=chance.randrange(2400))
    return chance.choice((hour, hour, chance.choice(INSTANTS)))


def plain(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)
