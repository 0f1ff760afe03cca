"""The escalation levels of a target as they are typed: when each is reached, whom it tells and what it does."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.sla.policy import MOST_LEVELS, Level
from core.errors import Invalid

UNASSIGN = "nobody"


@dataclass(frozen=True, slots=True)
class LevelRow:
    """One level. `people` and `assign` are ids of persons as text; `assign` may be `UNASSIGN`."""

    after: str = ""
    owner: bool = False
    queue: bool = False
    people: Sequence[str] = ()
    assign: str = ""
    raises: bool = False
    note: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether nobody has typed anything."""
        return self == LevelRow()

    def level(self, seconds_of: Callable[[str], int | None]) -> Level:
        """The level; one that does nothing is refused."""
        level = Level(
            after_seconds=seconds_of(self.after) or 0,
            notify=tuple(name for name in ("owner", "queue") if getattr(self, name)),
            notify_ids=tuple(dict.fromkeys(map(_person, self.people))),
            assign_to=_person(self.assign) if self.assign not in ("", UNASSIGN) else None,
            unassign=self.assign == UNASSIGN, raise_priority=self.raises, note=self.note,
        )  # fmt: skip
        if not level.actions:
            raise Invalid(f"Say what happens {self.after} over the due time, or leave that time empty.")
        return level


def row_of(level: Level, length: Callable[[int], str]) -> LevelRow:
    """A level as the form shows it."""
    assign = str(level.assign_to) if level.assign_to else UNASSIGN if level.unassign else ""
    return LevelRow(
        after=length(level.after_seconds), owner="owner" in level.notify, queue="queue" in level.notify,
        people=[str(one) for one in level.notify_ids], assign=assign, raises=level.raise_priority, note=level.note,
    )  # fmt: skip


def sent_levels(sent: Mapping[str, Any], n: int) -> list[LevelRow]:
    """The levels of the `n`-th target, without the blank ones."""
    rows = [_sent_level(sent, f"-{n}-{k}") for k in range(MOST_LEVELS)]
    return [row for row in rows if not row.is_blank]


def _sent_level(sent: Mapping[str, Any], end: str) -> LevelRow:
    def text(name: str) -> str:
        return str(sent.get(name + end, "")).strip()

    told = [name.removeprefix(f"person{end}-") for name in sent if name.startswith(f"person{end}-")]
    return LevelRow(
        after=text("after"), owner=text("owner") == "yes", queue=text("queue") == "yes",
        people=tuple(dict.fromkeys([*told, *filter(None, [text("also")])])), assign=text("assign"),
        raises=text("raises") == "yes", note=text("note"),
    )  # fmt: skip


def _person(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid("Choose people from the list.") from None
