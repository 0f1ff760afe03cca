"""The rights that are held in queues (SEMANTICS.md 2.6; docs/rights.md)."""

from typing import Literal

Right = Literal[
    "read", "reply", "note", "create", "move_into", "assign", "own", "priority", "close", "merge", "delete",
    "export", "admin", "contact",
]  # fmt: skip
