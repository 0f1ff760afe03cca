"""The web server: one process, or several that a parent starts, watches and replaces."""

import socket
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

from core import heap
from core.settings import Settings

LONGEST_GOODBYE_SECONDS = 3
"""How long open streams may hold up a stop."""
LONGEST_SILENCE_SECONDS = 30
"""So long may one of several processes say nothing before it is replaced; on a busy machine a start is quiet, too."""


def serve(app: FastAPI, settings: Settings, descriptor: int | None = None) -> None:
    """Serve until SIGTERM, on the socket that the supervisor holds (its `descriptor`) or on one of our own."""
    sockets = None if descriptor is None else [socket.socket(fileno=descriptor)]
    heap.keep()
    uvicorn.Server(_config(app, settings)).run(sockets=sockets)


def serve_by_many(factory: str, settings: Settings) -> None:
    """Serve until SIGTERM by as many processes as the settings say. `factory` (`module:function`) makes each its
    application, from its own environment: the parent holds the socket and nothing else.
    """
    config = _config(
        factory,
        settings,
        factory=True,
        workers=settings.web_workers,
        timeout_worker_healthcheck=LONGEST_SILENCE_SECONDS,
    )
    Multiprocess(config, sockets=[config.bind_socket()]).run()


def _config(app: FastAPI | str, settings: Settings, **more: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=LONGEST_GOODBYE_SECONDS,
        **more,
    )
