"""`clearqueue up` as a person runs it: a process with a terminal's worth of output."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from tests.databases import ROOT

PATIENCE_SECONDS = 180


@dataclass(frozen=True)
class Terminal:
    """A running `clearqueue up`."""

    process: "subprocess.Popen[str]"
    folder: Path
    output: Path

    @property
    def text(self) -> str:
        return self.output.read_text()

    def wait_for(self, words: str) -> re.Match[str]:
        """Wait until it says so; whatever it said is in the failure."""
        give_up = time.monotonic() + PATIENCE_SECONDS
        while not (found := re.search(words, self.text)):
            assert self.process.poll() is None, f"it ended:\n{self.text}"
            assert time.monotonic() < give_up, f"it never said {words!r}:\n{self.text}"
            time.sleep(0.1)
        return found

    @property
    def address(self) -> str:
        return self.wait_for(r"Clearqueue is up: (http://\S+)")[1]

    def answers(self) -> bool:
        return httpx.get(f"{self.address}/api/v1/health", timeout=30).status_code == 200

    def family(self) -> dict[str, psutil.Process]:
        """The children that live, by what they run."""
        return {name: child for child in psutil.Process(self.process.pid).children() if (name := _name(child))}

    def stop(self, by: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(by)
        return self.process.wait(PATIENCE_SECONDS)


def clearqueue(*arguments: str | Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "cli", *map(str, arguments)],
        cwd=ROOT, check=False, capture_output=True, text=True, timeout=PATIENCE_SECONDS, env=os.environ | environment,
    )  # fmt: skip


@contextmanager
def up(folder: Path, *options: str, as_user: Sequence[str] = ()) -> Iterator[Terminal]:
    """Bring the platform up in `folder` on a port of its own choice; whatever is left is stopped at the end."""
    output = folder.with_name(f"{folder.name}.out")
    with output.open("w") as file:
        process = subprocess.Popen(
            [*as_user, sys.executable, "-m", "cli", "up", "--data", folder, "--port", "0", *options],
            cwd=ROOT, stdin=subprocess.DEVNULL, stdout=file, stderr=file, text=True,
        )  # fmt: skip
    try:
        yield Terminal(process, folder, output)
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(PATIENCE_SECONDS)


def gone(processes: Sequence[psutil.Process]) -> bool:
    """Whether all have ended, given a moment."""
    _, alive = psutil.wait_procs(processes, timeout=60)
    return not [each for each in alive if each.status() != psutil.STATUS_ZOMBIE]


def _name(process: psutil.Process) -> str | None:
    """`python -m etl` is etl, `python -m cli web …` is web; None for one that has just ended or not begun."""
    try:
        words = process.cmdline()
    except psutil.Error:
        return None
    if words and Path(words[0]).name == "postgres":
        return "postgres"
    modules = [word for word in words[words.index("-m") + 1 :] if word != "cli"] if "-m" in words else []
    return modules[0] if modules else None
