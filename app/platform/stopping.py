"""Being told to stop: Ctrl-C, `kill`, a closed terminal."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopAsked(BaseException):
    """Somebody asked this process to stop. Not an `Exception`: nobody should catch it by accident."""


@contextmanager
def stop_signals() -> Iterator[None]:
    """Within the block the first signal to stop raises `StopAsked`; more of them do not disturb the stopping."""

    def first(number: int, frame: FrameType | None) -> None:
        for each in SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        raise StopAsked

    before = {each: signal.signal(each, first) for each in SIGNALS}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
