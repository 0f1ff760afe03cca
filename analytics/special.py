"""SciPy's special functions, loaded with the first question that needs one: else a fifth of a second of each start."""

from importlib import import_module
from typing import Any


def __getattr__(name: str) -> Any:
    return getattr(import_module("scipy.special"), name)
