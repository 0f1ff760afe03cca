"""The programs of the embedded platform: what runs, with which settings, and when each counts as ready."""

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import psycopg

from app.jobs import heartbeat
from app.platform import address, postgres, process
from app.platform.postgres import Cluster
from app.platform.process import Process
from app.platform.supervisor import Program
from core import clock
from core.settings import PREFIX, Settings

CODE = Path(__file__).parents[2]
FOLLOWERS = ("lake", "search")
FACES, CARRIER, DATABASE = range(3)
"""The stages of a stop: first those that make events, then who carries them, the database last."""

SMALL_PIECES = {"GLIBC_TUNABLES": "glibc.malloc.tcache_count=500"}
"""For etl, where a thread plans queries all day: more of what it lets go of lies ready for it (a tenth of a batch)."""


def database(cluster: Cluster) -> Program:
    """PostgreSQL itself; its start returns when it answers."""
    return Program(
        "postgres",
        start=lambda: postgres.start(cluster),
        log=cluster.log,
        stage=DATABASE,
        steps=postgres.STOPPING,
    )


def web(settings: Settings, descriptor: int, reached_at: str) -> list[Program]:
    """The web servers; all accept from the one socket that the supervisor holds."""
    names = ["web"] + [f"web-{number}" for number in range(2, settings.web_workers + 1)]
    command = ["-m", "cli", "web", "--descriptor", str(descriptor)]
    return [
        _ours(name, command, settings, lambda: address.answers(reached_at, "/api/v1/health"), descriptor=descriptor)
        for name in names
    ]


def etl(settings: Settings) -> Program:
    """The sequencer and the followers: ready when lake and index have what the ledger had at the look."""
    catching_up = CatchingUp(settings.database_url, clock.now())
    return _ours(
        "etl",
        ["-m", "etl"],
        settings,
        catching_up.is_over,
        says=catching_up.so_far,
        stage=CARRIER,
        defaults=SMALL_PIECES,
    )


def worker(settings: Settings, has_demo: bool) -> Program:
    """Celery's worker with beat in it, and with who works the demo company's tickets: ready at its first heartbeat."""
    beside = ["--beat", "--simulate"] if has_demo and settings.simulate else ["--beat"]
    return _ours("worker", ["-m", "cli", "worker", *beside], settings, _seen_since(settings, heartbeat.WORKER))


def environment(settings: Settings) -> dict[str, str]:
    """Our own environment with every setting that differs from its default."""
    given = {name: getattr(settings, name) for name in sorted(settings.model_fields_set)}
    ours = {f"{PREFIX}{name.upper()}": str(value) for name, value in given.items()}
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not (name.startswith(PREFIX) and name.removesuffix("_FILE") in ours)
    }
    return inherited | ours | {"PYTHONUNBUFFERED": "1", "MALLOC_ARENA_MAX": "2"}


def _ours(
    name: str,
    command: list[str],
    settings: Settings,
    is_ready: Callable[[], bool] | None,
    *,
    says: Callable[[], str] | None = None,
    stage: int = FACES,
    descriptor: int | None = None,
    defaults: Mapping[str, str] | None = None,
) -> Program:
    log = settings.data_dir / "log" / f"{name}.log"

    def start() -> Process:
        return process.spawn(
            [sys.executable, *command],
            log=log,
            environment={**(defaults or {}), **environment(settings)},
            keep_open=() if descriptor is None else (descriptor,),
            folder=CODE,
        )

    return Program(name, start=start, log=log, is_ready=is_ready, says=says, stage=stage)


def _seen_since(settings: Settings, name: str) -> Callable[[], bool]:
    began = clock.now()

    def seen() -> bool:
        with suppress(psycopg.OperationalError):
            last: datetime | None = heartbeat.last_seen(settings.database_url).get(name)
            return last is not None and last >= began
        return False

    return seen


@dataclass(slots=True)
class CatchingUp:
    """Whether lake and index have what the ledger had at the look. How far they are is told of the newest look."""

    database_url: str
    since: datetime
    newest: int = 0
    rows: list[tuple[str, int, str | None, datetime]] = field(default_factory=list)

    def is_over(self) -> bool:
        """Look: all have said something since the start, and stand where the ledger does."""
        with (
            suppress(psycopg.OperationalError),
            psycopg.connect(self.database_url, connect_timeout=3) as connection,
        ):
            (self.newest,) = connection.execute("select coalesce(max(position), 0) from event").fetchone() or (0,)
            query = "select name, position, note, updated_at from follower where name = any(%s) order by name"
            self.rows = connection.execute(query, (list(FOLLOWERS),)).fetchall()
            there = [said_at >= self.since and position >= self.newest for _, position, _, said_at in self.rows]
            return len(there) == len(FOLLOWERS) and all(there)
        return False

    def so_far(self) -> str:
        """As "lake 120,000, search 98,000 of 448,506 events"; empty before they say anything."""
        stands = [f"{name} {note}" if note else f"{name} {position:,}" for name, position, note, _ in self.rows]
        return f"{', '.join(stands)} of {self.newest:,} events" if stands and self.newest else ""
