"""What the desk shows and the numbers count by one rule: when a promise is at risk, when a pause is contested.

A clock that runs is at risk (METRICS.md 53) while half an hour or a fifth of its target is left, whichever is more, in
the target's own time; right after its due instant it is late.
"""

from datetime import timedelta

LITTLE_SECONDS = 30 * 60
LITTLE_PART = 5
"""A fifth."""

HASTY = timedelta(minutes=10)
"""Who sets a ticket to pending this soon after a customer wrote, without a reply, passes it back unread (54)."""


def little_left(target_seconds: int) -> int:
    """With how many seconds left a clock of this target begins to be at risk."""
    return max(target_seconds // LITTLE_PART, LITTLE_SECONDS)
