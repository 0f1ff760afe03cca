"""How deep chance digs: CLEARQUEUE_TEST_DEPTH=10 draws ten times as many examples as `make test`, others each time."""

import os

DEPTH = int(os.environ.get("CLEARQUEUE_TEST_DEPTH", "1"))


def examples(count: int) -> int:
    """So many examples, times the depth."""
    return count * DEPTH
