"""Is it alive? For people at a terminal and for the health checks of containers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import psycopg

from app.jobs import heartbeat
from app.platform import address
from app.sla.backfill_job import how_far
from app.timers.runner import MOST_ATTEMPTS
from core import clock
from core.errors import Invalid
from core.settings import Settings

STALE_AFTER = timedelta(seconds=60)
"""Four missed heartbeats."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One part: whether it lives, and a sentence about it."""

    part: str
    is_well: bool
    sentence: str


def web(settings: Settings) -> Finding:
    """The web server answers, and says itself that it can reach its database."""
    place = address.place(settings.host, settings.port)
    if address.answers(place, "/api/v1/health"):
        return Finding("web", True, f"answers at {place}")
    return Finding("web", False, f"no good answer from {place}/api/v1/health")


def etl(settings: Settings) -> Finding:
    """Every follower has reported lately. A standby is well too, so all that counts is that somebody follows."""
    with psycopg.connect(settings.database_url, connect_timeout=3) as connection:
        head = connection.execute("select coalesce(max(position), 0) from event").fetchone()
        rows = connection.execute("select name, position, updated_at, note from follower").fetchall()
    silent = [name for name, _, seen_at, _ in rows if clock.now() - seen_at > STALE_AFTER]
    if not rows or silent:
        return Finding("etl", False, f"nothing heard of {', '.join(silent) or 'any follower'}")
    behind = ", ".join(f"{name} {max(0, head[0] - position) if head else 0} behind" for name, position, _, _ in rows)
    notes = "; ".join(f"{name}: {note}" for name, _, _, note in rows if note)
    return Finding("etl", not notes, notes or behind)


def worker(settings: Settings) -> Finding:
    """A worker did a scheduled task lately: beat, broker and worker all live."""
    return _heartbeat(settings, heartbeat.WORKER)


def beat(settings: Settings) -> Finding:
    """A beat leads."""
    return _heartbeat(settings, heartbeat.BEAT)


def timers(settings: Settings) -> Finding:
    """Somebody runs timers, and none failed for good."""
    found = _heartbeat(settings, heartbeat.TIMERS)
    with psycopg.connect(settings.database_url, connect_timeout=3) as connection:
        (aside,) = connection.execute("select count(*) from timer where is_set_aside").fetchone() or (0,)
    if not found.is_well or not aside:
        return found
    return Finding("timers", False, f"{aside} failed {MOST_ATTEMPTS} times and wait for somebody (table timer, note)")


def clocks(settings: Settings) -> Finding:
    """Whether tickets still wait for the SLA clocks of their past; the worker is at it, so that is well."""
    with psycopg.connect(settings.database_url, connect_timeout=3) as connection:
        done, total = how_far(connection.execute)
    said = (
        f"clocks of history: {done:,} of {total:,} tickets" if total else "no ticket waits for the clocks of its past"
    )
    return Finding("clocks", True, said)


PARTS: dict[str, Callable[[Settings], Finding]] = {
    "web": web,
    "etl": etl,
    "worker": worker,
    "timers": timers,
    "beat": beat,
    "clocks": clocks,
}


def look(settings: Settings, part: str | None) -> list[Finding]:
    """The findings for one part or for all."""
    if part not in (None, *PARTS):
        raise Invalid(f"There is no part called {part!r}: there are {', '.join(PARTS)}.")
    return [_found(name, settings) for name in PARTS if part in (None, name)]


def _found(part: str, settings: Settings) -> Finding:
    try:
        return PARTS[part](settings)
    except psycopg.Error as trouble:
        return Finding(part, False, f"the database does not answer: {str(trouble).strip()}")


def _heartbeat(settings: Settings, name: str) -> Finding:
    seen_at = heartbeat.last_seen(settings.database_url).get(name)
    if seen_at is None:
        return Finding(name, False, "never seen")
    seconds = (clock.now() - seen_at).total_seconds()
    return Finding(name, seconds < STALE_AFTER.total_seconds(), f"seen {seconds:.0f} s ago")
