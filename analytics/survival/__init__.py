"""Honest durations: how long tickets take, when some are not solved yet.

from analytics import survival

survival.survival(by="queue", since=date(2026, 1, 1), lake=lake)
survival.closure(grain="week", lake=lake)
survival.kaplan_meier(seconds, is_ended)
"""

from analytics.survival.answer import Slice, Survival, survival, tickets
from analytics.survival.closure import Cohort, Triangle, closure
from analytics.survival.curve import QUANTILES, WITHIN, Curve, Quantile, Share, kaplan_meier
from analytics.survival.log_rank import LogRank, log_rank

__all__ = [
    "QUANTILES", "WITHIN", "Cohort", "Curve", "LogRank", "Quantile", "Share", "Slice", "Survival", "Triangle",
    "closure", "kaplan_meier", "log_rank", "survival", "tickets",
]  # fmt: skip
