"""A forecast that has shown that it is worth something, or the reason why there is none."""

from dataclasses import dataclass

import numpy as np

from analytics.forecast.back_test import BackTest, back_test, errors_of, weeks_needed
from analytics.forecast.band import QUANTILES, quantile
from analytics.forecast.model import fitted, repeated
from analytics.forecast.series import Floats, Periods, Series
from core.errors import Invalid

LONGEST_HORIZON = 13


@dataclass(frozen=True)
class Forecast:
    """The expected count in each period ahead, and its quantiles (a row for each of QUANTILES).

    Where the model loses to the repeat of last week, or nothing could be compared, there are no numbers but a `reason`.
    """

    ahead: Periods
    mean: Floats | None
    quantiles: Floats | None
    test: BackTest | None
    reason: str | None
    holiday_factor: float = 1.0
    """What comes on a day off, of what would come otherwise."""


def forecast(series: Series, ahead: Periods) -> Forecast:
    """What comes in the periods `ahead`, which follow the series and are whole weeks, from 1 to 13 of them."""
    horizon = int(ahead.weeks_ahead().max(initial=0)) + 1
    if horizon > LONGEST_HORIZON:
        raise Invalid(f"A forecast reaches 1 to {LONGEST_HORIZON} weeks ahead.")
    needed = weeks_needed(horizon)
    if series.weeks < needed:
        said = f"{horizon} weeks ahead need {needed} whole weeks of history to be tested on; there are {series.weeks}."
        return Forecast(ahead, None, None, None, said)
    model, naive = (errors_of(fit, series, horizon) for fit in (fitted, repeated))
    test = back_test(model, naive, series, horizon)
    if not test.wins:
        return Forecast(ahead, None, None, test, _lost(test))
    learned = fitted(series)
    mean = learned.predict(ahead)
    excess = model.excess(horizon)[ahead.weeks_ahead()]
    lines = np.stack([quantile(share, mean, excess) for share in QUANTILES])
    return Forecast(ahead, mean, lines, test, None, learned.holiday)


def _lost(test: BackTest) -> str:
    return (
        f"In {test.origins} weeks of the past, repeating the week before was no worse: it missed by "
        f"{test.naive.wape:.0%} of what came (quantile loss {test.naive.pinball:.2f}), the model by "
        f"{test.model.wape:.0%} ({test.model.pinball:.2f}). So there is no forecast."
    )
