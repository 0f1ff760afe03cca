"""What makes a number worth a message. A condition is a value: it is kept as JSON and asked of points."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat

Side = Literal["above", "below"]


class _Condition(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Threshold(_Condition):
    """The number is above or below a limit. Once it was, it must come back to `back` before it is over."""

    kind: Literal["threshold"]
    side: Side
    limit: FiniteFloat = Field(examples=[100.0])
    back: FiniteFloat | None = Field(None, description="Over again at this number; left out: at the limit itself.")


class Burn(_Condition):
    """The error budget of a share goes too fast: both in the last `points` and in the newest twelfth of them.

    The short look ends the alert soon after the trouble ends (multi-window burn rates of The Site Reliability
    Workbook, chapter 5).
    """

    kind: Literal["burn"]
    objective: float = Field(0.95, ge=0.5, lt=1, description="The share that is to be good; the rest is the budget.")
    factor: float = Field(6, gt=0, le=1000, description="How many times as fast as the budget allows.")
    points: int = Field(6, ge=1, le=168, description="How many hours (days, weeks) the long look takes.")

    @property
    def short(self) -> int:
        """How many points the short look takes."""
        return max(1, self.points // 12)


class Anomaly(_Condition):
    """The number is unlike the same hour (or day) of the weeks before: outside Tukey's fences of those."""

    kind: Literal["anomaly"]
    side: Literal["above", "below", "either"] = "either"
    width: float = Field(
        1.5, ge=0.5, le=10, description="How many times the middle half's spread the fences stand off."
    )
    seasons: int = Field(8, ge=4, le=26, description="How many weeks back it is compared with.")


class Freshness(_Condition):
    """What the number rests on is old: the newest event that it knows of was recorded so long ago."""

    kind: Literal["freshness"]
    seconds: int = Field(600, ge=120, le=86_400)


Condition = Annotated[Threshold | Burn | Anomaly | Freshness, Field(discriminator="kind")]
