"""The garbage collector, set for programs whose half a million objects of code stay to the end.

Python's own settings look at everything again and again while it comes in: a sixth of the time that a start takes, and
later pauses of a tenth of a second in the middle of a request.
"""

import gc

NURSERY = 50_000
"""New objects between two looks at them: a few megabytes."""


def look_less_often() -> None:
    """Before modules are loaded."""
    gc.set_threshold(NURSERY, 10, 10)


def keep() -> None:
    """What is there now stays: it is never looked at again."""
    gc.freeze()
