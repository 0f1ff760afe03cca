"""Clients of an application in this process. Their requests meet in one event loop, as they do in a server.

A client alone would start a thread and a loop for each request: 5 ms, more than most requests take.
"""

from contextlib import ExitStack
from typing import Any

from anyio.from_thread import start_blocking_portal
from starlette.testclient import TestClient
from starlette.types import ASGIApp


class Clients:
    """A loop, and as many clients as wanted. Close it when all of them are done."""

    def __init__(self, application: ASGIApp) -> None:
        self._application = application
        self._stack = ExitStack()
        self._loop = self._stack.enter_context(start_blocking_portal())

    def client(self, **how: Any) -> TestClient:
        """A client with headers (and so on) of its own."""
        client = TestClient(self._application, raise_server_exceptions=False, **how)
        client.portal = self._loop
        return client

    def close(self) -> None:
        """End the loop, and with it whatever still goes on in it."""
        self._loop.call(self._loop.stop, True)
        self._stack.close()
