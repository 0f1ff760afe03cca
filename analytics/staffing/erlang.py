"""How long people wait for an agent who answers at once: phone, chat. Erlang's formulas, one interval at a time.

    erlang_c(Load(per_hour=200, handle_seconds=180), agents=14, within=20)
    erlang_a(Load(per_hour=200, handle_seconds=180), agents=12, within=20, patience=120)

Both take arrivals that know nothing of each other (Poisson), handling and patience times that forget (exponential), and
an interval long enough to be steady. Tickets are not like that: they wait for days and are taken by urgency; see
`backlog.py`.
"""

import math
from dataclasses import dataclass

from analytics import special
from core.errors import Invalid

MOST_AGENTS = 10_000
_SHORTEST = 0.001


@dataclass(frozen=True, slots=True)
class Load:
    """What comes in: contacts an hour, and the mean time that one keeps an agent busy."""

    per_hour: float
    handle_seconds: float

    def __post_init__(self) -> None:
        if not (self.per_hour > 0 and self.handle_seconds >= _SHORTEST):
            raise Invalid(f"Some contacts come, and each takes at least {_SHORTEST} s.")
        if self.erlangs > MOST_AGENTS:
            raise Invalid(f"That is work for more than {MOST_AGENTS:,} agents.")

    @property
    def per_second(self) -> float:
        """λ."""
        return self.per_hour / 3600

    @property
    def erlangs(self) -> float:
        """How many agents the work alone keeps busy."""
        return self.per_second * self.handle_seconds


@dataclass(frozen=True, slots=True)
class Service:
    """What contacts meet with so many agents. Waits are None where the queue grows without end."""

    agents: int
    p_wait: float
    """The share that has to wait at all."""
    within: float
    """The share that is answered within the time asked about."""
    wait_seconds: float | None
    """The mean wait, of those too that are answered at once (ASA)."""
    occupancy: float
    """The share of their time that agents are busy."""
    p_abandon: float = 0.0
    """The share that gives up."""

    @property
    def is_stable(self) -> bool:
        """Whether the queue ever empties."""
        return self.wait_seconds is not None


def erlang_b(erlangs: float, agents: int) -> float:
    """The share that would find all agents busy if nobody could wait, by its usual recurrence."""
    blocked = 1.0
    for n in range(1, agents + 1):
        blocked = erlangs * blocked / (n + erlangs * blocked)
    return blocked


def erlang_c(load: Load, agents: int, within: float) -> Service:
    """Everybody waits until they are answered (M/M/n). With too few agents nobody is ever answered in time."""
    _demand(agents, within)
    a = load.erlangs
    if agents <= a:
        return Service(agents, 1.0, 0.0, None, 1.0)
    blocked = erlang_b(a, agents)
    p_wait = blocked / (1 - a / agents * (1 - blocked))
    free = (agents - a) / load.handle_seconds
    return Service(agents, p_wait, 1 - p_wait * math.exp(-free * within), p_wait / free, a / agents)


def erlang_a(load: Load, agents: int, within: float, patience: float) -> Service:
    """People give up after `patience` seconds of waiting, on average (M/M/n+M): no queue grows for ever.

    `within` is the share of all contacts that are answered in that time: those who gave up were not. Closed forms with
    the incomplete gamma function, as in Garnett, Mandelbaum and Reiman (2002) and Mandelbaum and Zeltyn (2007).
    """
    _demand(agents, within)
    if patience < _SHORTEST:
        raise Invalid(f"Patience lasts at least {_SHORTEST} s.")
    a, theta = load.erlangs, 1 / patience
    c, x = agents * patience / load.handle_seconds, load.per_second * patience
    blocked, busy = erlang_b(a, agents), math.exp(min(_log_sum(c, x), _HUGE))
    p_wait = busy * blocked / (1 + (busy - 1) * blocked)
    p_abandon = max(p_wait * (1 / (a / agents * busy) + 1 - agents / a), 0.0)
    wait, carried = p_abandon * patience, a * (1 - p_abandon)
    return Service(agents, p_wait, _answered(c, x, p_wait, theta * within), wait, carried / agents, p_abandon)


_HUGE = 700.0
"""e to the power of more does not fit; all are busy then."""


def _log_sum(c: float, y: float) -> float:
    """log Σ y^j / ((c+1)…(c+j)), j ≥ 0. At y = λ/θ: the chance of all busy relative to all busy and no queue."""
    lower = float(special.gammainc(c, y)) if y > 0 else 0.0
    if lower > 0:
        return math.log(c) + y - c * math.log(y) + float(special.gammaln(c)) + math.log(lower)
    total, term, j = 1.0, 1.0, 0
    while term > total * 1e-16:
        j += 1
        term *= y / (c + j)
        total += term
    return math.log(total)


def _answered(c: float, x: float, p_wait: float, t: float) -> float:
    """The share that is answered within t patiences.

    What an endlessly patient contact would wait has the density exp(x(1 − e^{−v}) − c·v), and a share e^{−v} is as
    patient as that. With u = e^{−v} both integrals are incomplete gamma functions.
    """
    whole = _log_integral(c, x, 1.0)
    patient, later = (math.exp(_log_integral(c + 1, x, u) - whole) for u in (1.0, math.exp(-t)))
    return min(max(1 - p_wait + p_wait * (patient - later), 0.0), 1.0)  # rounding


def _log_integral(c: float, x: float, u: float) -> float:
    """log ∫_0^u s^{c−1} e^{x(1−s)} ds."""
    return c * math.log(u) + x * (1 - u) - math.log(c) + _log_sum(c, x * u) if u > 0 else -math.inf


def _demand(agents: int, within: float) -> None:
    if not 1 <= agents <= MOST_AGENTS:
        raise Invalid(f"There are from 1 to {MOST_AGENTS:,} agents.")
    if within < 0:
        raise Invalid("A time to answer within is not negative.")
