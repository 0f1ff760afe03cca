"""Business calendars: when a team is at work. Pure: no store, no clock.

It stands in `core` because two worlds count with it: the rules of the desk (app/sla) and the lake (etl/sinks).
"""

from core.calendar.definition import Break, Calendar, Holiday, Hours, Shift, Weekday
from core.calendar.timeline import Timeline

__all__ = ["Break", "Calendar", "Holiday", "Hours", "Shift", "Timeline", "Weekday"]
