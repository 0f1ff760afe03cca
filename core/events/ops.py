"""Signs of life of the platform itself."""

from typing import ClassVar

from core.events.event import Event


class Heartbeat(Event):
    """Nothing happened for a minute, and everything is alive: who has followed the ledger to here is up to date."""

    kind: ClassVar[str] = "heartbeat"


class DataChecked(Event):
    """The laws about the numbers were looked at. Told by the first look of each hour, and by one that found otherwise.

    `checked` things were looked at, of which `wrong` broke a law; `broken` names those laws.
    """

    kind: ClassVar[str] = "data.checked"

    checked: int
    wrong: int
    broken: list[str]
