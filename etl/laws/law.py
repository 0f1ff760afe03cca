"""A law: a claim in words, how much was checked, and what breaks it."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Self, TypeVar

from core.errors import Refusal

MOST_EXAMPLES = 5
LOOKS = 4
LOOK_EVERY_SECONDS = 1.0

Thing = TypeVar("Thing")


@dataclass(slots=True)
class Finding:
    """What a check found: how many things it looked at, how many are wrong, and the first of those in words."""

    checked: int = 0
    wrong: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, example: str) -> None:
        """One more thing is wrong."""
        self.wrong += 1
        if len(self.examples) < MOST_EXAMPLES:
            self.examples.append(example)

    @classmethod
    def of(cls, checked: int, examples: Sequence[str]) -> Self:
        """A finding from all that is wrong."""
        return cls(checked, len(examples), list(examples[:MOST_EXAMPLES]))


Check = Callable[[], Finding]


@dataclass(frozen=True, slots=True)
class Law:
    """A law and how it fared."""

    name: str
    checked: int
    wrong: int
    examples: tuple[str, ...]
    seconds: float

    @property
    def holds(self) -> bool:
        """Whether nothing breaks it."""
        return self.wrong == 0


def lasting(look: Callable[[], set[Thing]]) -> set[Thing]:
    """What is wrong at each of several looks. A store follows a moment behind: what it mends itself is no fault."""
    wrong = look()
    for _ in range(LOOKS - 1):
        if not wrong:
            break
        time.sleep(LOOK_EVERY_SECONDS)
        wrong &= look()
    return wrong


def judge(name: str, check: Check) -> Law:
    """Run a check. What cannot be checked because a store is away or missing counts as broken, with the reason."""
    began = time.monotonic()
    try:
        finding = check()
    except Refusal as refusal:
        finding = Finding.of(0, [refusal.sentence])
    return Law(name, finding.checked, finding.wrong, tuple(finding.examples), time.monotonic() - began)
