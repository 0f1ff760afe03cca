"""What numbers are divided by that our tickets do not tell."""

from typing import ClassVar

from core.events.event import Event


class DenominatorRecorded(Event):
    """How many there are of something, from the instant at which this occurred until the next one of its name.

    `name` is `active_customers`, or `orders_per_day`.
    """

    kind: ClassVar[str] = "denominator.recorded"

    name: str
    count: int


class DenominatorRemoved(Event):
    """What was told of the instant at which this occurred is taken back: what held before it holds on.

    `count` is what it said.
    """

    kind: ClassVar[str] = "denominator.removed"

    name: str
    count: int
