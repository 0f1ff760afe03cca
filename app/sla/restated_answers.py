"""What is told of a restatement: both series, and the tickets in which they differ."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field

from app.sla.restatement import Restatement

MOST_NAMED = 200


class PeriodAnswer(BaseModel):
    """A day or a week (its Monday), on the wall clock of the calendar."""

    start: date
    due_recorded: int = Field(description="Clocks that fell due, as the desk told them.")
    met_recorded: int
    due_restated: int = Field(description="Clocks that fall due, had the version been known when it begins.")
    met_restated: int


class DifferingClock(BaseModel):
    """A clock that one series calls breached and the other does not."""

    ticket_id: UUID
    number: int
    target: str
    cycle: int
    due_recorded: datetime | None
    due_restated: datetime | None


class SeriesAnswer(BaseModel):
    """What was promised, as recorded and restated, since the version begins."""

    version: int
    effective_from: datetime
    until: datetime
    tickets: int = Field(description="How many tickets had clocks that ran by the calendar then.")
    is_cut: bool = Field(description="There were more; the newest were looked at.")
    days: list[PeriodAnswer]
    weeks: list[PeriodAnswer]
    breaches_gained: int
    breaches_lost: int
    gained: list[DifferingClock] = Field(description="The first of them, by ticket number.")
    lost: list[DifferingClock]

    @classmethod
    def of(cls, found: Restatement) -> Self:
        """What is told of a restatement."""
        return cls(
            version=found.row.version, effective_from=found.row.effective_from, until=found.until,
            tickets=len(found.numbers), is_cut=found.is_cut, days=_periods(found, lambda day: day),
            weeks=_periods(found, lambda day: day - timedelta(day.weekday())),
            breaches_gained=len(found.gained), breaches_lost=len(found.lost),
            gained=[_differing(found, key) for key in found.gained[:MOST_NAMED]],
            lost=[_differing(found, key) for key in found.lost[:MOST_NAMED]],
        )  # fmt: skip


def _periods(found: Restatement, start_of: Callable[[date], date]) -> list[PeriodAnswer]:
    sums = [Counter[date]() for _ in range(4)]
    sides = (found.recorded.due, found.recorded.met, found.restated.due, found.restated.met)
    for total, side in zip(sums, sides, strict=True):
        for day, count in side.items():
            total[start_of(day)] += count
    due, met, due_after, met_after = sums
    return [
        PeriodAnswer(
            start=day, due_recorded=due[day], met_recorded=met[day], due_restated=due_after[day],
            met_restated=met_after[day],
        )
        for day in sorted({*map(start_of, found.days)})
    ]  # fmt: skip


def _differing(found: Restatement, key: tuple[UUID, str, int]) -> DifferingClock:
    recorded, restated = found.recorded.kept.get(key), found.restated.kept.get(key)
    return DifferingClock(
        ticket_id=key[0], number=found.numbers[key[0]], target=key[1], cycle=key[2],
        due_recorded=recorded.due_at if recorded else None, due_restated=restated.due_at if restated else None,
    )  # fmt: skip
