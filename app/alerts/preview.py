"""What an alert would have told of the past: the same points, judged by the same rules, one after the other."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from analytics.alerting.condition import Freshness
from analytics.alerting.judge import Firing, Verdict, firings, judged
from analytics.alerting.watched import LOOKED_BACK, Watched, chart, compared_with
from analytics.measure_answer import Readable
from app import policy
from app.alerts.setup import CONDITION, CUT
from core import clock
from core.actor import Actor


@dataclass(frozen=True, slots=True)
class Preview:
    """The points since an instant, and the times in which the alert would have been on."""

    since: datetime
    verdicts: list[Verdict]
    firings: list[Firing]

    @property
    def judged(self) -> int:
        """How many points had limits."""
        return sum(verdict.is_beyond is not None for verdict in self.verdicts)

    @property
    def never_low(self) -> int:
        """At how many of them nothing could be unusually low: the least that there can be is within the usual."""
        return sum(verdict.is_never_low for verdict in self.verdicts)

    @property
    def never_high(self) -> int:
        """At how many of them nothing could be unusually high: the most that there can be is within the usual."""
        return sum(verdict.is_never_high for verdict in self.verdicts)


def preview(actor: Actor, columns: dict[str, Any], lake: Readable) -> Preview:
    """Of the last 30 days by the hour, 90 days, or a year by the week; `columns` come from `understood`.

    The age of what was known then is not known now: freshness has no past.
    """
    condition, grain = CONDITION.validate_python(columns["condition"]), CUT.validate_python(columns["grain"])
    now = clock.now()
    since = now - LOOKED_BACK[grain]
    if isinstance(condition, Freshness):
        return Preview(since, [], [])
    watched = Watched(columns["metric"], columns["where"], grain, ZoneInfo(actor.timezone).key)
    drawn = chart(
        watched, condition, since=since - compared_with(condition, grain), now=now, lake=lake,
        scope=policy.visible(actor),
    )  # fmt: skip
    first = next((i for i, point in enumerate(drawn.points) if point.at >= since), len(drawn.points))
    verdicts = judged(condition, drawn, first)
    return Preview(since, verdicts, firings(verdicts))
