"""The page's state, all of it in its address: period, filters, the instant it is seen from, what is drilled into."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlencode
from zoneinfo import ZoneInfo

from analytics import catalogue
from analytics.measure_compare import Compare
from analytics.measure_question import FISCAL_START
from analytics.metric import Attribution, Basis
from core import clock
from core.errors import Invalid
from dashboards.period import Period, period

Choice = TypeVar("Choice", Basis, Attribution)
WHERE_ONE_LOOKS = ("drill", "panel", "slice")
"""Parameters that choose among what was answered."""
DIMENSIONS = ("queue", "priority", "channel", "agent", "organisation")
"""What one can filter by, and the names of the parameters; each may occur several times."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An address, understood."""

    period: Period
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    as_of: datetime | None = None
    has_p90: bool = False
    is_restated: bool = False
    """Asks for the second series of what was promised."""
    compare: str = "previous"
    """What headlines stand beside: the time of the same length before, or the same a year ago."""
    basis: Basis = Basis.CALENDAR
    """In whose hours durations are counted, where a number knows both."""
    attribution: Attribution | None = None
    """Whose work it is, where a number has a choice; None: its usual."""
    drill: str = ""
    query: str = ""

    @property
    def is_live(self) -> bool:
        """Whether what happens now can change it."""
        return self.as_of is None and self.period.until is None

    def of(self, name: str, usual: str = "") -> str:
        """A parameter that only some panels know."""
        return parse_qs(self.query).get(name, [usual])[-1].strip() or usual

    def all_of(self, name: str) -> tuple[str, ...]:
        """Such a parameter that may occur several times."""
        return tuple(parse_qs(self.query).get(name, ()))

    @property
    def tickets(self) -> dict[str, Any]:
        """Which tickets, as of when: the arguments that all analyses share."""
        return {"where": dict(self.where), "as_of": self.as_of, "timezone": self.period.zone.key}

    @property
    def cohort(self) -> dict[str, Any]:
        """Those created in the page's time."""
        return {"since": self.period.since, "until": self.period.until, **self.tickets}

    @property
    def state(self) -> Any:
        """Equal for addresses to which the same analysis gives the same answer, whatever is drilled into."""
        given = {
            name: tuple(values) for name, values in sorted(parse_qs(self.query).items()) if name not in WHERE_ONE_LOOKS
        }
        return tuple(given.items()), self.period.zone.key, self.period.since, self.period.until

    def href(self, **changes: str | list[str]) -> str:
        """The address of this page with some parameters changed (empty: left out)."""
        given = {name: values for name, values in parse_qs(self.query).items() if name not in changes}
        return "?" + urlencode({**given, **{name: value for name, value in changes.items() if value}}, doseq=True)

    def question(self, columns: Sequence[str]) -> dict[str, Any]:
        """The arguments of `measure` that all panels share. Only promises have a second series."""
        are_promises = all(catalogue.COLUMNS[name][0].family == "sla" for name in columns)
        series = "restated" if self.is_restated and are_promises else "recorded"
        fiscal = {"fiscal_start": self.period.fiscal_start} if self.period.fiscal else {}
        basis, attribution = _shared([self.whose(name) for name in columns])
        return {**self.tickets, "series": series, "basis": basis, "attribution": attribution, **fiscal}

    def whose(self, column: str) -> tuple[Basis, Attribution | None]:
        """Hours and hands in which a number is counted here: those asked for, as far as it knows them."""
        metric = catalogue.COLUMNS[column][0]
        basis = self.basis if self.basis in metric.bases else Basis.CALENDAR
        return basis, self.attribution if self.attribution in metric.attributions else None

    def alike(self, columns: Sequence[str]) -> list[tuple[str, ...]]:
        """The numbers that can be asked for together: in the same hours and hands."""
        kinds = dict.fromkeys(self.whose(name) for name in columns)
        return [tuple(name for name in columns if self.whose(name) == kind) for kind in kinds]


def read(query: str, zone: ZoneInfo, fiscal_start: str = FISCAL_START) -> Asked:
    """The state in a query string such as `?period=7d&queue=Billing`. Raises `Invalid` with what would be right."""
    given = parse_qs(query.removeprefix("?"), max_num_fields=200)

    def one(name: str) -> str:
        return given.get(name, [""])[-1].strip()

    as_of = _instant(one("asof"), zone)
    return Asked(
        period=period(
            one("period"), (one("from"), one("to")), one("grain"), zone, as_of or clock.now(), fiscal_start=fiscal_start
        ),
        where={name: tuple(given[name]) for name in DIMENSIONS if given.get(name)},
        as_of=as_of,
        has_p90=one("p90") == "1",
        is_restated=one("restated") == "1",
        compare=_compare(one("compare")),
        basis=_one_of(Basis, one("basis")) or Basis.CALENDAR,
        attribution=_one_of(Attribution, one("attribution")),
        drill=one("drill"),
        query=query.removeprefix("?"),
    )


def _shared(kinds: Sequence[tuple[Basis, Attribution | None]]) -> tuple[Basis, Attribution | None]:
    """The hours and hands of numbers that are asked for together."""
    (found,) = dict.fromkeys(kinds) or [(Basis.CALENDAR, None)]
    return found


def _one_of(kind: type[Choice], name: str) -> Choice | None:
    if name and name not in list(kind):
        raise Invalid(f"There is no {kind.__name__.lower()} {name!r}; there are {', '.join(kind)}.")
    return kind(name) if name else None


def _compare(name: str) -> str:
    if name and name not in list(Compare):
        raise Invalid(f"One cannot compare with {name!r}; there are {', '.join(Compare)}.")
    return Compare(name or Compare.PREVIOUS)


def _instant(text: str, zone: ZoneInfo) -> datetime | None:
    """A local instant such as 2026-03-14T10:05."""
    if not text:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid(f"{text!r} is not an instant; write it as 2026-03-14T10:05.") from None
    return instant if instant.tzinfo else instant.replace(tzinfo=zone)
