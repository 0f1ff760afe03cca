"""The web server process."""

import socket

import uvicorn
from fastapi import FastAPI

from core import heap
from core.settings import Settings

LONGEST_GOODBYE_SECONDS = 3
"""How long open streams may hold up a stop."""


def serve(app: FastAPI, settings: Settings, descriptor: int | None = None) -> None:
    """Serve until SIGTERM, on the socket that the supervisor holds (its `descriptor`) or on one of our own."""
    config = uvicorn.Config(
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
    )
    sockets = None if descriptor is None else [socket.socket(fileno=descriptor)]
    heap.keep()
    uvicorn.Server(config).run(sockets=sockets)
