"""Keeps programs running: starts them, sees that each gets ready, starts a crashed one again, stops all in order."""

import os
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGKILL, SIGTERM, Signals

from app.platform import process
from app.platform.process import Process
from core.errors import Unavailable

STEADY_SECONDS = 60
"""A program that ran this long has recovered: its next crash is a first one again."""

LONGEST_PAUSE_SECONDS = 30
TRIES_AT_START = 3
LOOK_EVERY_SECONDS = 0.2
LARGEST_LOG_BYTES = 20_000_000

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Program:
    """What is run: how to start it, how to know that it is ready for use, how to stop it.

    Programs of a lower `stage` stop first; those of one stage stop together.
    """

    name: str
    start: Callable[[], Process]
    log: Path
    is_ready: Callable[[], bool] | None = None
    """None: it is ready when its start returns."""

    stage: int = 0
    steps: Sequence[tuple[Signals, float]] = ((SIGTERM, 10), (SIGKILL, 5))
    says: Callable[[], str] | None = None
    """How far it is on the way to being ready: who moves on is waited for however long it takes."""


@dataclass(slots=True)
class Running:
    """A program and its process of the moment; None while it waits for its next try."""

    program: Program
    process: Process | None = None
    started_at: float = 0.0
    crashes: int = 0
    try_at: float = 0.0
    ready: bool = False


@dataclass(slots=True)
class Supervisor:
    """The programs in our care. Used by one thread, the main one: children are tied to the thread that made them."""

    tell: Tell
    running: list[Running] = field(default_factory=list)

    def start(self, program: Program) -> None:
        """Start a program; whether it is ready shows later."""
        entry = Running(program)
        self.running.append(entry)
        entry.started_at = time.monotonic()
        entry.process = program.start()
        entry.ready = program.is_ready is None

    def wait_until_ready(self, patience_seconds: float, waiting_for: Callable[[list[str]], None]) -> None:
        """Wait for all. A program that keeps ending, or neither gets ready nor further, ends the whole start."""
        give_up, before = time.monotonic() + patience_seconds, [""]
        while late := [entry for entry in self.running if not entry.ready]:
            said = [_standing(entry.program) for entry in late]
            if said != before:
                give_up, before = time.monotonic() + patience_seconds, said
            waiting_for(said)
            self.look_after()
            for entry in late:
                if entry.crashes >= TRIES_AT_START or time.monotonic() > give_up:
                    raise _no_start(entry)
                entry.ready = _is_ready(entry)
            time.sleep(LOOK_EVERY_SECONDS)

    def keep(self) -> None:
        """Look after the programs until an exception (a signal to stop) ends it."""
        while True:
            self.look_after()
            for entry in self.running:
                _shorten(entry.program.log)
            time.sleep(LOOK_EVERY_SECONDS)

    def look_after(self) -> None:
        """Notice what has ended, and start again what has waited long enough."""
        for entry in self.running:
            if entry.process is not None and entry.process.poll() is not None:
                self._mourn(entry)
            elif entry.process is None and time.monotonic() >= entry.try_at:
                self._start_again(entry)

    def stop(self) -> None:
        """Stop all, stage by stage; the programs of one stage together."""
        for stage in sorted({entry.program.stage for entry in self.running}):
            members = [entry for entry in self.running if entry.program.stage == stage and entry.process]
            for entry in members:
                if entry.process is not None and entry.process.poll() is None:
                    entry.process.send_signal(entry.program.steps[0][0])
            for entry in members:
                if entry.process is not None:
                    process.see_out(entry.process, entry.program.steps)
        self.running.clear()

    def _start_again(self, entry: Running) -> None:
        entry.started_at = time.monotonic()
        try:
            entry.process = entry.program.start()
        except Unavailable as trouble:
            self._put_off(entry, trouble.sentence)

    def _mourn(self, entry: Running) -> None:
        assert entry.process is not None
        if time.monotonic() - entry.started_at > STEADY_SECONDS:
            entry.crashes = 0
        code, entry.process = entry.process.returncode, None
        self._put_off(entry, f"{_cause(code)}\n{tail(entry.program.log)}")

    def _put_off(self, entry: Running, cause: str) -> None:
        entry.crashes += 1
        pause = min(2 ** (entry.crashes - 1), LONGEST_PAUSE_SECONDS)
        entry.try_at = time.monotonic() + pause
        self.tell(f"{entry.program.name} ended and is started again in {pause} s: {cause}")


def tail(log: Path, lines: int = 8) -> str:
    """The last lines of a log, indented."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 8_000))
        text = file.read().decode(errors="replace")
    return "\n".join(f"    {line}" for line in text.splitlines()[-lines:])


def _standing(program: Program) -> str:
    said = program.says() if program.says else ""
    return f"{program.name} ({said})" if said else program.name


def _is_ready(entry: Running) -> bool:
    return entry.process is not None and (entry.program.is_ready is None or entry.program.is_ready())


def _shorten(log: Path) -> None:
    """Put a log that has grown too long aside as `.1`. Programs append to it, so it can be emptied under them."""
    if log.exists() and log.stat().st_size > LARGEST_LOG_BYTES:
        shutil.copyfile(log, log.with_name(f"{log.name}.1"))
        os.truncate(log, 0)


def _no_start(entry: Running) -> Unavailable:
    log = entry.program.log
    return Unavailable(f"{entry.program.name} does not start (its log: {log}):\n{tail(log, lines=15)}")


def _cause(code: int) -> str:
    return f"signal {Signals(-code).name}" if code < 0 else f"exit code {code}"
