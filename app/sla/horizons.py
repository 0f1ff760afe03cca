"""Until when a due time is near, calendar by calendar: what is at risk, as SQL can ask it (METRICS.md 53)."""

from datetime import datetime
from uuid import UUID

from app.sla.calendar import add_business_micros
from app.sla.clock import SECOND
from app.sla.rules import Rules
from core.promises import little_left

Horizon = tuple[UUID, int, int, datetime]
"""A calendar, its version, a target's seconds: a clock of these that is due by then is at risk."""


def horizons(rules: Rules, now: datetime) -> list[Horizon]:
    """For every length that any version of a policy promises in business time, and every version of its calendar."""
    promised = {
        (target.calendar_id, seconds)
        for versions in rules.policies.values()
        for policy in versions
        for target in policy.targets.values()
        if target.basis == "business" and target.calendar_id
        for seconds in target.seconds.model_dump(exclude_none=True).values()
    }
    found: list[Horizon] = []
    for calendar_id, seconds in sorted(promised):
        for edition in rules.calendars.get(calendar_id, ()):
            near = add_business_micros(edition.calendar, now, little_left(seconds) * SECOND)
            found.append((calendar_id, edition.version, seconds, near or datetime.max.replace(tzinfo=now.tzinfo)))
    return found
