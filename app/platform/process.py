"""Child processes that cannot outlive us, and how they are stopped."""

import ctypes
import os
import subprocess
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from signal import SIGKILL, Signals
from typing import TypeAlias

from app.platform.account import Account

Process: TypeAlias = subprocess.Popen[bytes]
PR_SET_PDEATHSIG = 1


def spawn(
    command: Sequence[str | Path],
    *,
    log: Path,
    environment: Mapping[str, str],
    if_we_die: Signals = SIGKILL,
    account: Account | None = None,
    keep_open: Collection[int] = (),
    folder: Path | None = None,
) -> Process:
    """Start a child that writes to `log`, sits in a process group of its own (a Ctrl-C at the terminal reaches
    only us) and gets `if_we_die` from the kernel should we be killed without a chance to stop it.
    """
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=environment,
            cwd=folder or "/",
            process_group=0,
            pass_fds=keep_open,
            preexec_fn=tie_to_parent(if_we_die),  # noqa: PLW1509 — children are made by the main thread
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )


def stop(process: Process, steps: Sequence[tuple[Signals, float]]) -> None:
    """Send each signal in turn, giving the process so many seconds after each, until it has ended."""
    if process.poll() is None:
        process.send_signal(steps[0][0])
        see_out(process, steps)


def see_out(process: Process, steps: Sequence[tuple[Signals, float]]) -> None:
    """Go on with a stop whose first signal was sent."""
    for index, (signal, patience_seconds) in enumerate(steps):
        if index and process.poll() is None:
            process.send_signal(signal)
        try:
            process.wait(patience_seconds)
        except subprocess.TimeoutExpired:
            continue
        return


def tie_to_parent(last_signal: Signals, parent: int | None = None) -> Callable[[], None]:
    """The kernel sends `last_signal` when the *thread* that made the child ends. Linux only; elsewhere the next
    start finds and stops what a killed supervisor left. `parent`: who made the child, if that is not this process.
    """
    prctl = getattr(ctypes.CDLL(None), "prctl", None) if sys.platform == "linux" else None
    parent = parent or os.getpid()

    def tie() -> None:
        if prctl is not None:
            prctl(PR_SET_PDEATHSIG, int(last_signal))
            if os.getppid() != parent:
                os._exit(1)

    return tie
