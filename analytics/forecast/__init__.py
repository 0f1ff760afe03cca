"""What will come, and when the backlog will be gone; never shown when the repeat of last week would do as well.

from analytics import forecast

found = forecast.arrivals(grain="hour", weeks=2, where={"queue": "Billing"}, lake=lake)
found.frame, found.forecast.reason, found.forecast.test
forecast.backlog_drain(target=50, lake=lake)
"""

from analytics.forecast.answer import Arrivals, arrivals, backlog_drain
from analytics.forecast.back_test import BackTest, Score
from analytics.forecast.drain import Drain, drain
from analytics.forecast.forecast import Forecast, forecast
from analytics.forecast.series import Periods, Series

__all__ = [
    "Arrivals", "BackTest", "Drain", "Forecast", "Periods", "Score", "Series", "arrivals", "backlog_drain", "drain",
    "forecast",
]  # fmt: skip
