"""A child must not outlive its parent, also when the parent is killed without a chance to tidy up."""

import ctypes
import os
import sys
from collections.abc import Callable
from signal import Signals

PR_SET_PDEATHSIG = 1


def to_parent(last_signal: Signals) -> Callable[[], None]:
    """For `Popen(preexec_fn=…)`: the kernel sends the child `last_signal` when the *thread* that made it ends.

    So children are made by the main thread. Linux only; elsewhere a killed supervisor's children are found and
    stopped by the next start.
    """
    prctl = getattr(ctypes.CDLL(None), "prctl", None) if sys.platform == "linux" else None
    parent = os.getpid()

    def tie() -> None:
        if prctl is not None:
            prctl(PR_SET_PDEATHSIG, int(last_signal))
            if os.getppid() != parent:
                os._exit(1)

    return tie
