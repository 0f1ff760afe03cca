"""Loaded by the server that forks processes (tests/faults/stem.py), before it makes the first one."""

from core import heap

heap.look_less_often()
heap.leave_out()

import etl.__main__  # noqa: E402
import etl.stores  # noqa: E402, F401

heap.keep()
