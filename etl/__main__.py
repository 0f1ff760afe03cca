"""`python -m etl`: the carrier as a process. It ends with an error only on a bug; its keeper starts it again."""

import signal
import threading

from core import log, settings
from etl.carrier import carry
from etl.stores import SINKS


def main() -> None:
    """Carry under the settings of the environment."""
    read = settings.read()
    log.configure(as_json=read.log_json, level=read.log_level)
    run(read)


def run(read: settings.Settings) -> None:
    """Carry until SIGTERM or SIGINT; a batch that has begun is finished."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    carry(read, SINKS, stop)


if __name__ == "__main__":
    main()
