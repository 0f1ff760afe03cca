"""When customers write, and about what: weeks and days, a season, growth, an outage, and a launch that hurt."""

import random
from bisect import bisect
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from app.imports.demo.calendar import holidays
from app.imports.demo.company import Clientele, Customer
from app.imports.demo.topics import OUTAGE, TOPICS, Topic

WEEKDAYS = (1.25, 1.12, 1.04, 1.0, 0.96, 0.42, 0.24)
HOURS = (
    0.05, 0.03, 0.03, 0.03, 0.05, 0.12, 0.3, 0.62, 1.05, 1.4, 1.5, 1.35,
    1.0, 1.05, 1.3, 1.3, 1.2, 1.0, 0.78, 0.6, 0.45, 0.32, 0.2, 0.1,
)  # fmt: skip
MONTHS = (1.05, 0.95, 0.98, 0.96, 0.95, 0.93, 0.9, 0.86, 1.0, 1.06, 1.22, 1.25)
"""Shops are busiest before Christmas."""

CHANNELS = {"email": 0.54, "web": 0.24, "chat": 0.12, "phone": 0.08, "api": 0.02}
HOME = {"Europe/Berlin": "DE", "Europe/Madrid": "ES", "Europe/Paris": "FR", "America/New_York": "US",
        "America/Sao_Paulo": "BR"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chapter:
    """What happened in the year, in epoch seconds."""

    since: float
    until: float
    launch: float
    """A release came out: a fifth more mail for weeks, and sick colleagues: the backlog grew."""
    recovery: float
    """From here on everybody worked at it until the backlog was gone."""
    normal: float
    outage: float
    outage_ends: float

    def in_crisis(self, epoch: float) -> bool:
        """Between launch and recovery."""
        return self.launch <= epoch < self.recovery


def chapter(until: datetime) -> Chapter:
    """The year that ends at `until`: the launch five months ago, the outage on a Tuesday morning seven weeks ago."""
    weekday = until - timedelta(weeks=7)
    tuesday = (weekday - timedelta(days=(weekday.weekday() - 1) % 7)).replace(hour=9, minute=12, second=0)
    launch = (until - timedelta(days=152)).timestamp()
    return Chapter(
        since=(until - timedelta(days=365)).timestamp(),
        until=until.timestamp(),
        launch=launch,
        recovery=launch + 24 * 86400,
        normal=launch + 50 * 86400,
        outage=tuesday.timestamp(),
        outage_ends=tuesday.timestamp() + 3.2 * 3600,
    )


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody writes about something."""

    epoch: float
    customer: Customer
    topic: Topic
    channel: str


def arrivals(year: Chapter, people: Clientele, tickets: int, dice: random.Random) -> list[Arrival]:
    """All tickets of the year in order of time. One in sixty is about the outage."""
    about_outage = tickets // 60
    made = [_arrival(day, year, people, dice) for day in _days(year, tickets - about_outage, dice)]
    made += [_during_outage(year, people, dice) for _ in range(about_outage)]
    return sorted(made, key=lambda arrival: arrival.epoch)


def _days(year: Chapter, count: int, dice: random.Random) -> list[float]:
    """A day for each ticket, by the day's weight; the hour is chosen later, in the customer's own day."""
    days = [year.since + n * 86400 for n in range(366)]
    weights = [_weight_of_day(day, year) for day in days]
    today = (year.until % 86400) / 86400
    weights[0] *= 1 - today
    weights[-1] *= today
    cumulative = list(accumulate(weights))
    return [days[bisect(cumulative, dice.random() * cumulative[-1])] for _ in range(count)]


def _weight_of_day(epoch: float, year: Chapter) -> float:
    day = datetime.fromtimestamp(epoch, UTC)
    weight = WEEKDAYS[day.weekday()] * MONTHS[day.month - 1] * growth(epoch, year)
    closed = sum(day.date() in holidays(country, day.year) for country in HOME.values())
    weight *= 1 - 0.16 * closed
    return weight * (1.36 if year.in_crisis(epoch) else 1.0)


def growth(epoch: float, year: Chapter) -> float:
    """The company grows by a third in the year, its mail and its team alike."""
    return 0.85 + 0.3 * (epoch - year.since) / (year.until - year.since)


def _arrival(day: float, year: Chapter, people: Clientele, dice: random.Random) -> Arrival:
    customer = someone(people, dice)
    local = datetime.fromtimestamp(day, UTC).astimezone(ZoneInfo(customer.timezone))
    midnight = day - (local.hour * 3600 + local.minute * 60 + local.second)
    for _ in range(20):
        epoch = midnight + dice.choices(range(24), HOURS)[0] * 3600 + dice.random() * 3600
        if year.since <= epoch < year.until:
            break
    else:
        epoch = max(year.since, day - dice.random() * 7200)
    return Arrival(epoch, customer, _topic(epoch, year, dice), _channel(dice))


def _during_outage(year: Chapter, people: Clientele, dice: random.Random) -> Arrival:
    """Most write in the first hour."""
    later = min(dice.expovariate(1 / 3000), year.outage_ends - year.outage + 1800)
    return Arrival(
        year.outage + 240 + later, someone(people, dice), OUTAGE, dice.choice(("email", "web", "chat", "phone"))
    )


def _topic(epoch: float, year: Chapter, dice: random.Random) -> Topic:
    boost = {"crash": 3.2, "slow": 2.0, "stock_sync": 2.0, "reports": 1.4} if year.in_crisis(epoch) else {}
    return dice.choices(TOPICS, [topic.weight * boost.get(topic.name, 1.0) for topic in TOPICS])[0]


def _channel(dice: random.Random) -> str:
    return dice.choices(list(CHANNELS), list(CHANNELS.values()))[0]


def someone(people: Clientele, dice: random.Random) -> Customer:
    """A customer; few write often."""
    return people.people[bisect(people.cumulative, dice.random() * people.cumulative[-1])]
