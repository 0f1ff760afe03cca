"""The lake, and what its numbers mean. `measure`, `tickets` and `catalogue` are all that faces and notebooks need.

They are loaded when first asked for: the etl process writes the lake and needs no Ibis for it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analytics import catalogue
    from analytics.drill import tickets
    from analytics.measure_answer import Answer, ask, measure

__all__ = ["Answer", "ask", "catalogue", "measure", "tickets"]

_HOMES = {"Answer": "measure_answer", "ask": "measure_answer", "measure": "measure_answer", "tickets": "drill"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'analytics' has no attribute {name!r}")
    return getattr(import_module(f"analytics.{_HOMES[name]}"), name)
