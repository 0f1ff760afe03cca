"""`python -m bench.server real|control|control_async DESCRIPTOR`: a web server with the product's own settings.

Takes its database from CLEARQUEUE_DATABASE_URL, like the product, and its socket from whoever starts it.
"""

import socket
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from os import environ
from subprocess import Popen
from urllib.error import HTTPError, URLError

from app.platform.web import serve
from core import heap, log, settings


@contextmanager
def running(what: str, port: int, database_url: str, **more: str) -> Iterator[list[int]]:
    """A server of that kind in processes of its own, ready to answer; gives their ids."""
    own = {"CLEARQUEUE_PORT": str(port), "CLEARQUEUE_DATABASE_URL": database_url, "CLEARQUEUE_SECRET_KEY": "k" * 32}
    env = {**environ, **own, **more}
    with socket.create_server(("127.0.0.1", port), backlog=2048) as door:
        start = [sys.executable, "-m", "bench.server", what, str(door.fileno())]
        workers = int(env.get("CLEARQUEUE_WEB_WORKERS", "1"))
        processes = [Popen(start, env=env, pass_fds=[door.fileno()]) for _ in range(workers)]
    try:
        for process in processes:
            _wait(port, process)
        yield [process.pid for process in processes]
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(20)


def _wait(port: int, process: "Popen[bytes]") -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=1)
        except HTTPError:
            return
        except (URLError, OSError):
            if process.poll() is not None:
                raise RuntimeError("the server ended at once") from None
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server does not answer")


def main(what: str, descriptor: int) -> None:
    """Serve until told to stop, behind a door that as many processes share as CLEARQUEUE_WEB_WORKERS says."""
    heap.look_less_often()
    own = settings.read()
    log.configure(as_json=False, level="WARNING")
    if what == "real":
        from asgi import create_app

        serve(create_app(own), own, descriptor)
    else:
        from bench.control import create_control

        serve(
            create_control(own.database_url, environ["CONTROL_STATE"], is_async=what == "control_async"),
            own,
            descriptor,
        )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
