"""What the API tells of alerts."""

from datetime import datetime
from typing import Self
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from analytics.alerting.condition import Condition
from analytics.alerting.judge import Verdict
from analytics.alerting.watched import Cut
from app.alerts.link import link
from app.alerts.preview import Preview
from app.alerts.row import Alert, AlertFiring
from app.alerts.setup import condition_of, watched_of
from app.alerts.words import condition_words, title_of
from core.actor import Actor


class AlertAnswer(BaseModel):
    """An alert of yours, and how it stands."""

    id: UUID
    name: str
    metric: str
    where: list[str] = Field(examples=[["queue:Billing"]])
    grain: Cut
    condition: Condition
    quiet_from: str | None
    quiet_until: str | None
    is_on: bool
    created_at: datetime
    looked_at: datetime | None = Field(description="When it was last looked at; null: not yet.")
    value: float | None = Field(description="What was seen then.")
    trouble: str = Field(description="Why nothing was seen; empty while all is well.")
    firing_since: datetime | None = Field(description="Null: it is not firing.")
    words: str = Field(description="What it watches, in words.", examples=["Queue depth: above 100"])
    href: str = Field(description="The numbers of now.")

    @classmethod
    def of(cls, alert: Alert, actor: Actor, where: list[str], firing: AlertFiring | None) -> Self:
        """What its owner reads."""
        kept = alert.model_dump(exclude={"owner_id", "where", "condition"})
        condition = condition_of(alert)
        return cls(
            **kept, where=where, condition=condition, firing_since=firing.began_at if firing else None,
            words=f"{title_of(alert.metric)}: {condition_words(condition, alert.metric, alert.grain)}",
            href=link(watched_of(alert, ZoneInfo(actor.timezone)), None, None),
        )  # fmt: skip


class FiringAnswer(BaseModel):
    """A time in which a condition was met."""

    id: UUID
    point_at: datetime = Field(description="The start of the hour, day or week whose number it was.")
    began_at: datetime
    ended_at: datetime | None = Field(description="Null: it still is.")
    value: float | None
    low: float | None = Field(description="The limits that held.")
    high: float | None
    href: str = Field(description="Exactly the numbers that were seen.")

    @classmethod
    def of(cls, firing: AlertFiring, alert: Alert, actor: Actor) -> Self:
        """What its owner reads."""
        watched = watched_of(alert, ZoneInfo(actor.timezone))
        kept = firing.model_dump(include=set(cls.model_fields) - {"href"})
        return cls(**kept, href=link(watched, firing.point_at, firing.began_at))


class PointAnswer(BaseModel):
    """A number of the past, judged."""

    at: datetime
    value: float | None
    low: float | None
    high: float | None
    is_beyond: bool | None = Field(description="Null: too little is known to say.")

    @classmethod
    def of(cls, verdict: Verdict) -> Self:
        """A point."""
        return cls(**{name: getattr(verdict, name) for name in cls.model_fields})


class PastFiring(BaseModel):
    """A time in which the alert would have been on."""

    began_at: datetime
    ended_at: datetime | None
    value: float | None


class PreviewAnswer(BaseModel):
    """What the alert would have told."""

    since: datetime
    times: int = Field(description="How often it would have fired since then.")
    judged: int = Field(description="How many points had limits to be judged by.")
    never_low: int = Field(
        description="At how many of these 0 is still within the usual, so that nothing can be unusually low."
    )
    never_high: int = Field(
        description="At how many of these 100 % is still within the usual, so that no share can be unusually high."
    )
    firings: list[PastFiring]
    points: list[PointAnswer]

    @classmethod
    def of(cls, found: Preview) -> Self:
        """The past."""
        return cls(
            since=found.since,
            times=len(found.firings),
            judged=found.judged,
            never_low=found.never_low,
            never_high=found.never_high,
            firings=[
                PastFiring(began_at=one.first.at, ended_at=one.ended, value=one.first.value) for one in found.firings
            ],
            points=[PointAnswer.of(verdict) for verdict in found.verdicts],
        )
