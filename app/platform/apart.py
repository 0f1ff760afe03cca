"""Work that would leave a lot in memory, done in a short-lived process of its own."""

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from signal import SIG_DFL, SIG_IGN, SIGINT, SIGKILL, SIGTERM, signal
from typing import TypeVar

from app.platform.process import tie_to_parent
from app.platform.stopping import StopAsked
from core.errors import Refusal, Unavailable

T = TypeVar("T")


def apart(work: Callable[[], T]) -> T:
    """What `work` returns, or the refusal that it raises. A surprise is shown by the child and ends the start.

    The child is forked, so it begins with all that is loaded already; what it loads itself goes with it. What it
    returns is made of builtins, or the parent would load its class. `meanwhile` is called now and then by the waiting
    parent. Called by the main thread while there is no other.
    """
    forking = multiprocessing.get_context("fork")
    ours, theirs = forking.Pipe(duplex=False)
    tie = tie_to_parent(SIGKILL)
    child = forking.Process(target=_do, args=(work, theirs, tie))
    child.start()
    theirs.close()
    try:
        result: T | Refusal = ours.recv()
    except EOFError:
        raise Unavailable("The start did not succeed; what went wrong stands above.") from None
    except StopAsked:
        child.terminate()
        raise
    finally:
        ours.close()
        child.join()
    if isinstance(result, Refusal):
        raise result
    return result


def _do(work: Callable[[], T], result: Connection, tie: Callable[[], None]) -> None:
    tie()
    signal(SIGTERM, SIG_DFL)
    signal(SIGINT, SIG_IGN)  # a Ctrl-C at the terminal reaches us too, but stopping is for the parent to decide
    try:
        result.send(work())
    except Refusal as refusal:
        result.send(refusal)
