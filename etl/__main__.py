"""`python -m etl`: the carrier as a process. It ends with an error only on a bug; its keeper starts it again."""

import signal
import threading

from core import heap, log
from core.settings import Settings, read
from etl.carrier import carry
from etl.stores import SINKS


def run(settings: Settings) -> None:
    """Carry until SIGTERM or SIGINT; a batch that has begun is finished."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    carry(settings, SINKS, stop)


def main() -> None:
    """With the settings of the environment."""
    heap.look_less_often()
    heap.leave_out()
    heap.keep()
    settings = read()
    log.configure(as_json=settings.log_json, level=settings.log_level)
    run(settings)


if __name__ == "__main__":
    main()
