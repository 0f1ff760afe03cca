"""Memory of programs whose half a million objects of code stay to the end, and what they need not load.

Python's own settings look at everything again and again while it comes in: a sixth of the time that a start takes, and
later pauses of a tenth of a second in the middle of a request.
"""

import gc
import sys
from importlib.abc import MetaPathFinder

NURSERY = 50_000
"""New objects between two looks at them: a few megabytes."""

UNWANTED = frozenset({"pandas"})
"""PyArrow and DuckDB load it to see whether a list or a table is one of its kind: 34 MB and 0.3 s of each process.
None of ours is."""


def look_less_often() -> None:
    """Before modules are loaded."""
    gc.set_threshold(NURSERY, 10, 10)


def leave_out() -> None:
    """For processes of ours alone: what is not wanted is as if it were not installed."""
    sys.meta_path.insert(0, _LeftOut())


def keep() -> None:
    """What is there now stays: it is never looked at again."""
    gc.freeze()


class _LeftOut(MetaPathFinder):
    def find_spec(self, fullname: str, path: object = None, target: object = None) -> None:
        if fullname in UNWANTED:
            raise ModuleNotFoundError(f"{fullname} is left out (core/heap.py)", name=fullname)
