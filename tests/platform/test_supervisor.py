"""The supervisor with real, small programs."""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from signal import SIGKILL

import psutil
import pytest

from app.platform import process
from app.platform.process import Process
from app.platform.supervisor import Program, Supervisor
from core.errors import Unavailable


@pytest.fixture
def program(tmp_path: Path) -> Callable[..., Program]:
    def make(name: str, code: str, *, is_ready: Callable[[], bool] = lambda: True, stage: int = 0) -> Program:
        log = tmp_path / f"{name}.log"
        said = f"import atexit, sys, time; {code}"

        def start() -> Process:
            return process.spawn([sys.executable, "-u", "-c", said], log=log, environment={}, folder=tmp_path)

        return Program(name, start, log, is_ready, stage)

    return make


def look_until(supervisor: Supervisor, true: Callable[[], bool]) -> None:
    while not true():
        supervisor.look_after()


def test_a_killed_program_is_started_again_and_that_is_said(program: Callable[..., Program]) -> None:
    told: list[str] = []
    supervisor = Supervisor(told.append)
    supervisor.start(program("clock", "time.sleep(60)"))
    first = supervisor.running[0].process
    assert first is not None
    first.kill()
    look_until(supervisor, lambda: supervisor.running[0].process not in (None, first))
    supervisor.stop()
    assert told == ["clock ended and is started again in 1 s: signal SIGKILL\n"]


def test_a_program_that_never_comes_up_ends_the_start_with_its_last_words(program: Callable[..., Program]) -> None:
    supervisor = Supervisor(tell=lambda _: None)
    supervisor.start(program("broken", "sys.exit('no such table')", is_ready=lambda: False))
    with pytest.raises(Unavailable, match=r"broken does not start[\s\S]*no such table"):
        supervisor.wait_until_ready(60, waiting_for=lambda _: None)
    supervisor.stop()


def test_ready_means_that_the_program_says_so(program: Callable[..., Program], tmp_path: Path) -> None:
    supervisor, sign = Supervisor(tell=lambda _: None), tmp_path / "sign"
    code = f"open({str(sign)!r}, 'w').close(); time.sleep(60)"
    supervisor.start(program("slow", code, is_ready=sign.exists))
    supervisor.wait_until_ready(60, waiting_for=lambda names: names.remove("slow"))
    assert sign.exists()
    supervisor.stop()


def test_who_gets_further_is_waited_for_longer_than_patience_lasts(
    program: Callable[..., Program], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.platform.supervisor.LOOK_EVERY_SECONDS", 0.05)
    said: list[str] = []
    supervisor = Supervisor(tell=lambda _: None)
    late = program("late", "time.sleep(60)", is_ready=lambda: len(said) == 30)
    supervisor.start(replace(late, says=lambda: f"{len(said)} of 30"))
    supervisor.wait_until_ready(1, waiting_for=said.extend)
    assert (said[0], said[-1]) == ("late (0 of 30)", "late (29 of 30)")
    supervisor.stop()


def test_lower_stages_stop_first(program: Callable[..., Program], tmp_path: Path) -> None:
    supervisor, book = Supervisor(tell=lambda _: None), tmp_path / "book"
    for name, stage in (("database", 2), ("carrier", 1), ("web", 0)):
        up, bye = tmp_path / f"{name}.up", f"print({name!r}, file=open({str(book)!r}, 'a'))"
        code = (
            f"import signal; signal.signal(signal.SIGTERM, lambda *_: ({bye}, sys.exit()));"
            f"open({str(up)!r}, 'w').close(); time.sleep(60)"
        )
        supervisor.start(program(name, code, is_ready=up.exists, stage=stage))
    supervisor.wait_until_ready(60, waiting_for=lambda _: None)
    supervisor.stop()
    assert book.read_text().split() == ["web", "carrier", "database"]


def test_who_ignores_a_stop_is_killed(program: Callable[..., Program], tmp_path: Path) -> None:
    supervisor, up = Supervisor(tell=lambda _: None), tmp_path / "up"
    code = f"import signal; signal.signal(15, signal.SIG_IGN); open({str(up)!r}, 'w').close(); time.sleep(60)"
    deaf = program("deaf", code, is_ready=up.exists)
    supervisor.start(Program(deaf.name, deaf.start, deaf.log, deaf.is_ready, steps=((15, 0.1), (SIGKILL, 5))))
    supervisor.wait_until_ready(60, waiting_for=lambda _: None)
    pid = supervisor.running[0].process.pid
    supervisor.stop()
    assert not psutil.pid_exists(pid)
