"""The lake, and what its numbers mean: `measure`, `tickets`, `explain`, `moved` and `catalogue` are all one needs.

In a notebook `sign_in` comes first; then the same functions ask the platform that somebody is signed in to.

They are loaded when first asked for: the etl process writes the lake and needs no Ibis for it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analytics import catalogue
    from analytics.client import explain, measure, moved, sign_in, tickets
    from analytics.measure_answer import Answer, ask

__all__ = ["Answer", "ask", "catalogue", "explain", "measure", "moved", "sign_in", "tickets"]

_HOMES = {
    "Answer": "measure_answer",
    "ask": "measure_answer",
    "explain": "client",
    "moved": "client",
    "measure": "client",
    "sign_in": "client",
    "tickets": "client",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'analytics' has no attribute {name!r}")
    return getattr(import_module(f"analytics.{_HOMES[name]}"), name)
