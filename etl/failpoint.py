"""Named places where a test may have this process killed. In production a call costs one comparison."""

import os
import signal

_armed, _, _nth = os.environ.get("FP", "").partition(":")
_passes_left = int(_nth or 1)


def failpoint(name: str) -> None:
    """Do nothing, unless the environment says `FP=name:n`: then the n-th pass ends in SIGKILL, without goodbye."""
    global _passes_left  # noqa: PLW0603 — a countdown for the process is the point
    if name != _armed:
        return
    _passes_left -= 1
    if _passes_left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
