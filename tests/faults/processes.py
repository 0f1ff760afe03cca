"""Real processes to be killed."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess

from app.platform import parts
from core.settings import Settings
from tests.faults import stem


class Running:
    """A process of ours; what ended it is told as `subprocess` does: the code, or a signal's number below zero."""

    def __init__(self, process: BaseProcess) -> None:
        self._process = process

    def poll(self) -> int | None:
        """How it ended, None while it runs."""
        return self._process.exitcode

    def wait(self, patience_seconds: float | None = None) -> int:
        """How it ended. Raises `TimeoutError` when it does not."""
        self._process.join(patience_seconds)
        if self._process.exitcode is None:
            raise TimeoutError(f"it still runs after {patience_seconds} s")
        return self._process.exitcode

    def send_signal(self, number: signal.Signals) -> None:
        """Unless it has ended."""
        if self._process.pid is not None and self.poll() is None:
            os.kill(self._process.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it without asking."""
        self.send_signal(signal.SIGKILL)


@contextmanager
def running(settings: Settings, *arguments: str, failpoint: str = "") -> Iterator[Running]:
    """A process of ours: `"-m", "etl"` for the carrier. `failpoint` is `name:n`. It does not outlive the block."""
    environment = {**parts.environment(settings), "FP": failpoint}
    process = Running(stem.fork(arguments, environment, settings.data_dir / "process.log"))
    try:
        yield process
    finally:
        process.kill()
        process.wait()
