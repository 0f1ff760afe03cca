"""What the API tells of durations."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field

from analytics.survival import QUANTILES, WITHIN, Cohort, Curve, Quantile, Share, Slice, Survival, Triangle

MOST_STEPS = 400
"""A curve of a million tickets has a million steps; nobody sees more than these."""


class QuantileAnswer(BaseModel):
    """By when a share of the tickets is solved, with its 95 % band; null: not within `longest_seconds`."""

    share: float = Field(examples=[0.5])
    seconds: float | None
    low_seconds: float | None
    high_seconds: float | None
    longest_seconds: float = Field(description="How long the longest was looked at. Nothing is extrapolated beyond it.")

    @classmethod
    def of(cls, found: Quantile) -> Self:
        """What is told of a quantile."""
        return cls(
            share=found.share,
            seconds=found.seconds,
            low_seconds=found.low,
            high_seconds=found.high,
            longest_seconds=found.longest,
        )


class WithinAnswer(BaseModel):
    """The share of tickets solved within a time, with its 95 % band; null: no ticket was looked at for that long."""

    seconds: float
    share: float | None
    low: float | None
    high: float | None
    at_risk: int = Field(description="Tickets not yet solved, and still looked at, right before.")

    @classmethod
    def of(cls, seconds: float, found: Share | None, at_risk: float) -> Self:
        """What is told of a share."""
        value, low, high = (found.value, found.low, found.high) if found else (None, None, None)
        return cls(seconds=seconds, share=value, low=low, high=high, at_risk=int(at_risk))


class StepAnswer(BaseModel):
    """Right after so many seconds: the share not yet solved, with its 95 % band."""

    seconds: float
    share: float
    low: float
    high: float


class CurveAnswer(BaseModel):
    """One curve: its tickets, its quantiles, what was solved within which time, its steps."""

    values: dict[str, str | int | None] = Field(description="`queue_id` and `queue`, … of a split.")
    n: int
    solved: int
    censored: int = Field(description="Open when last seen, or merged, spam or deleted before a solve.")
    quantiles: list[QuantileAnswer]
    within: list[WithinAnswer]
    steps: list[StepAnswer] = Field(description=f"At most {MOST_STEPS} of its steps; the last one is among them.")

    @classmethod
    def of(cls, found: Slice, within: Sequence[float]) -> Self:
        """What is told of a curve."""
        curve = found.curve
        return cls(
            values=dict(found.values),
            n=curve.n,
            solved=curve.n_ended,
            censored=curve.n - curve.n_ended,
            quantiles=[QuantileAnswer.of(curve.quantile(share)) for share in QUANTILES],
            within=[
                WithinAnswer.of(seconds, curve.reached_by(seconds), standing)
                for seconds, standing in zip(within, curve.standing(within), strict=True)
            ],
            steps=_steps(curve),
        )


class LogRankAnswer(BaseModel):
    """Whether the curves differ by more than chance: Mantel's log-rank test."""

    chi_square: float
    degrees_of_freedom: int
    p: float


class SurvivalAnswer(BaseModel):
    """A curve for each slice, the largest first."""

    curves: list[CurveAnswer]
    difference: LogRankAnswer | None = Field(description="Null: fewer than two curves, or nothing solved.")
    band: str = Field("95 %, Greenwood's variance of log(−log S), each point for itself")
    as_of: datetime
    position: int = Field(description="The newest event that this knows of.")

    @classmethod
    def of(cls, found: Survival, within: Sequence[float]) -> Self:
        """What is told of all curves."""
        test = found.difference
        return cls(
            curves=[CurveAnswer.of(one, within or WITHIN) for one in found.slices],
            difference=LogRankAnswer(chi_square=test.statistic, degrees_of_freedom=test.degrees, p=test.p)
            if test
            else None,
            as_of=found.as_of,
            position=found.position,
        )


class LifeItem(BaseModel):
    """A ticket behind a curve: how long it was looked at, and how that ended."""

    ticket_id: UUID
    number: int
    title: str | None = Field(None, description="Null: the ticket has just left what you may see.")
    created_at: datetime
    stopped_at: datetime
    seconds: int
    outcome: str = Field(description="solved; open; left: merged, spam or deleted before it was solved.")
    queue_id: UUID | None = None
    queue: str | None = None
    state_id: UUID | None = None
    state: str | None = None
    category: str | None = None
    priority_id: int | None = None
    priority: str | None = None
    agent_id: UUID | None = None
    agent: str | None = None
    organisation_id: UUID | None = None
    organisation: str | None = None
    channel: str | None = None


class LivesAnswer(BaseModel):
    """The tickets behind a curve, the longest first, and how many there are in all."""

    total: int
    items: list[LifeItem]


class CohortAnswer(BaseModel):
    """The tickets created in one period and how they closed."""

    period: datetime
    created: int
    left: int = Field(description="Merged, spam or deleted before they were solved; in no share.")
    shares: list[float | None] = Field(
        description="Solved before the end of each step of age. Ages that not all of them have reached are left out."
    )

    @classmethod
    def of(cls, found: Cohort) -> Self:
        """What is told of a cohort."""
        return cls(period=found.period, created=found.created, left=found.left, shares=list(found.shares))


class ClosureAnswer(BaseModel):
    """The closure triangle, the oldest cohort first."""

    cohorts: list[CohortAnswer]
    step_seconds: int = Field(description="One step of age.")
    as_of: datetime

    @classmethod
    def of(cls, found: Triangle) -> Self:
        """What is told of all cohorts."""
        cohorts = [CohortAnswer.of(cohort) for cohort in found.cohorts]
        return cls(cohorts=cohorts, step_seconds=found.step_seconds, as_of=found.as_of)


def _steps(curve: Curve) -> list[StepAnswer]:
    """Steps of a thinned curve: evenly chosen by how far it has fallen, and the last."""
    shown = curve.thinned(MOST_STEPS)
    low, high = curve.band
    columns = (values[shown].tolist() for values in (curve.seconds, curve.survival, low, high))
    return [StepAnswer(seconds=s, share=share, low=lo, high=hi) for s, share, lo, hi in zip(*columns, strict=True)]
