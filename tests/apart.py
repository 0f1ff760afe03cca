"""Tests that run an event loop of their own, in a worker whose main thread may already be a browser's."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import wraps
from typing import Any


def apart(test: Callable[..., None]) -> Callable[..., None]:
    """The same test in a thread of its own."""

    @wraps(test)
    def run(*arguments: Any, **named: Any) -> None:
        with ThreadPoolExecutor(1) as thread:
            thread.submit(test, *arguments, **named).result()

    return run
