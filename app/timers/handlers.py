"""Who does what when a timer is due."""

from collections.abc import Callable
from importlib import import_module

from sqlalchemy.orm import Session

from app.timers.timer import Timer

Handler = Callable[[Session, Timer], None]

MODULES: tuple[str, ...] = ("app.tickets.waking", "app.sla.firing", "app.outgoing.sending")
"""The modules that register handlers, by name: they import this package, so the runner imports them."""

_handlers: dict[str, Handler] = {}


def on_timer(kind: str) -> Callable[[Handler], Handler]:
    """Register a function for timers of a kind. Keep a kind's name: timers are set for months ahead."""

    def register(handler: Handler) -> Handler:
        if kind in _handlers:
            raise TypeError(f"two handlers for timers of the kind {kind!r}")
        _handlers[kind] = handler
        return handler

    return register


def handler_of(kind: str) -> Handler:
    """The function for a kind. `LookupError`: nobody registers one, as after a step back to an older version."""
    for module in MODULES:
        import_module(module)
    try:
        return _handlers[kind]
    except KeyError:
        raise LookupError(f"nobody handles timers of the kind {kind!r}") from None
