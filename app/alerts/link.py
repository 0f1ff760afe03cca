"""The address of exactly the numbers that an alert saw: on the dashboard, as they stood at that instant."""

from datetime import datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from analytics.alerting.watched import LENGTH, Watched
from app.alerts.setup import FILTERED_BY

HOME = "/dashboards/overview"
HEALTH = "/health"
"""Where numbers open to that are of no tickets."""


def link(watched: Watched, point_at: datetime | None, seen_at: datetime | None) -> str:
    """The page with its filters, with the point opened to its tickets as it was at `seen_at`; without a point: now."""
    if not watched.metric.is_of_tickets:
        return HEALTH
    zone = ZoneInfo(watched.timezone)
    wanted: list[tuple[str, str]] = [
        (name, "(none)" if value is None else str(value))
        for name, values in watched.where.items()
        if name in FILTERED_BY
        for value in values
    ]
    if point_at is not None and seen_at is not None:
        first, last = (
            point_at.astimezone(zone),
            point_at.astimezone(zone) + LENGTH[watched.grain] - timedelta(minutes=1),
        )
        wanted += [("from", first.date().isoformat()), ("to", last.date().isoformat()), ("grain", watched.grain)]
        wanted += [("asof", f"{seen_at.astimezone(zone):%Y-%m-%dT%H:%M:%S}")]
    start = f"{point_at.astimezone(zone):%Y-%m-%dT%H:%M}" if point_at is not None else ""
    return f"{HOME}?{urlencode([*wanted, ('drill', _cell(watched, start))])}"


def _cell(watched: Watched, start: str) -> str:
    """How the dashboard names a mark: number, step, slice."""
    other = next((name for name in watched.where if name not in FILTERED_BY), None)
    slice_ = f"{other}:{watched.where[other][0]}" if other else ""
    return "~".join([watched.column, start, slice_]).rstrip("~")
