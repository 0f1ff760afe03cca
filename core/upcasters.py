"""Reading old events: each upcaster lifts a payload one schema version up. The ledger itself is never edited."""

from collections.abc import Callable
from typing import Any

from core.events import KINDS, Event

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]

UPCASTERS: dict[tuple[str, int], Upcaster] = {}
"""(kind, version n) → a pure function from payload n to payload n + 1."""


def upcaster(kind: str, version: int) -> Callable[[Upcaster], Upcaster]:
    """Register a function that lifts `kind` from `version` to `version + 1`."""

    def register(lift: Upcaster) -> Upcaster:
        if (kind, version) in UPCASTERS:
            raise TypeError(f"two upcasters for {kind} {version}")
        UPCASTERS[kind, version] = lift
        return lift

    return register


def current_payload(kind: str, version: int, payload: dict[str, Any]) -> dict[str, Any]:
    """The payload as today's code knows it. Raises `UnreadableEvent` for an unknown kind or version."""
    event_class = KINDS.get(kind)
    if event_class is None:
        raise UnreadableEvent(f"no event is called {kind!r}; was it written by a newer Clearqueue?")
    while version < event_class.schema_version:
        lift = UPCASTERS.get((kind, version))
        if lift is None:
            raise UnreadableEvent(f"nothing lifts {kind} from version {version} to {version + 1}")
        payload, version = lift(payload), version + 1
    if version > event_class.schema_version:
        raise UnreadableEvent(f"{kind} version {version} was written by a newer Clearqueue")
    return payload


def read_event(kind: str, version: int, payload: dict[str, Any]) -> Event:
    """The typed event for what the ledger kept."""
    payload = current_payload(kind, version, payload)
    return KINDS[kind].from_payload(payload)


class UnreadableEvent(Exception):
    """An event that this code cannot understand; a follower sets it aside and shouts."""
