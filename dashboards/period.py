"""The stretch of time that a page shows, in the reader's own days: a preset or two dates, and how finely it is cut."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from analytics.fiscal import Fiscal, FiscalGrain
from analytics.measure_question import FISCAL_START
from analytics.zones import Grain
from core.errors import Invalid

PRESETS = {"today": 1, "7d": 7, "28d": 28, "90d": 90, "12m": 365}
"""name → days, today included."""
USUAL = "28d"
GRAINS = (*Grain, *FiscalGrain)
MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Period:
    """[since, until) in local days; `until` None reaches to now."""

    since: date
    until: date | None
    grain: str
    zone: ZoneInfo
    now: datetime
    """Where an open end ends: the instant from which the page is seen."""
    fiscal_start: str = FISCAL_START

    @property
    def days(self) -> int:
        """How many local days it touches."""
        return ((self.until or self.today + timedelta(days=1)) - self.since).days

    @property
    def today(self) -> date:
        """The reader's day."""
        return self.now.astimezone(self.zone).date()

    @property
    def step(self) -> str:
        """What one step is called: `fiscal month`."""
        return self.grain.replace("_", " ")

    @property
    def fiscal(self) -> Fiscal | None:
        """The house's own year, where steps are its weeks, months, quarters or years."""
        return Fiscal.of(FiscalGrain(self.grain), self.fiscal_start) if self.grain in list(FiscalGrain) else None

    def after(self, start: datetime) -> datetime:
        """Where the step that begins at `start` (local, naive) ends."""
        if self.fiscal and self.fiscal.months:
            return self.fiscal.start_of(self.fiscal.of_date(0, start.date()) + 1, start)
        if self.grain == "hour":
            return start + timedelta(hours=1)
        if months := MONTHS.get(self.grain):
            later = start.year * 12 + start.month - 1 + months
            return start.replace(year=later // 12, month=later % 12 + 1, day=1)
        return start + timedelta(days=1 if self.grain == "day" else 7)

    @property
    def words(self) -> str:
        """`28 days` or `1 Mar – 31 Mar 2026`."""
        if self.until is None:
            return "today" if self.days == 1 else f"the last {self.days} days"
        last = self.until - timedelta(days=1)
        return f"{self.since.day} {self.since:%b %Y} – {last.day} {last:%b %Y}"


def period(
    preset: str, dates: tuple[str, str], grain: str, zone: ZoneInfo, now: datetime, *, fiscal_start: str = FISCAL_START
) -> Period:
    """What the address asks for. Two dates win over a preset; without either it is the usual one."""
    today, (first, last) = now.astimezone(zone).date(), dates
    if first or last:
        since, until = _date(first) if first else date(2000, 1, 1), _date(last) if last else today
        if until < since:
            raise Invalid("The period ends before it begins; swap the two dates.")
        found = _grain(grain, (until - since).days + 1)
        return Period(since, until + timedelta(days=1), found, zone, now, fiscal_start)
    if preset and preset not in PRESETS:
        raise Invalid(f"There is no period {preset!r}; there are {', '.join(PRESETS)}.")
    days = PRESETS[preset or USUAL]
    return Period(today - timedelta(days=days - 1), None, _grain(grain, days), zone, now, fiscal_start)


def _grain(asked: str, days: int) -> str:
    """The grain asked for, or one that gives some dozens of marks."""
    if asked and asked not in GRAINS:
        raise Invalid(f"There is no grain {asked!r}; there are {', '.join(GRAINS)}.")
    if asked == "hour" and days > 31:
        raise Invalid("Hours of more than 31 days are too many to see; take days, or a shorter period.")
    return asked or ("hour" if days <= 2 else "day" if days <= 92 else "week" if days <= 400 else "month")


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(f"{text!r} is not a date; write it as 2026-03-14.") from None
