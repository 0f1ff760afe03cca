"""An inquiry is an analysis that says a table: numbers of the whole, numbers of each row, and what each opens to.

Whoever declares one (see the other files here) has its page, its drill over HTTP and its files: these ask for nothing
but what stands in `Inquiry`.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import polars as pl

from analytics.analyses import ANALYSES, Analysis
from analytics.inquiries.rows import Rows
from analytics.measure_answer import Readable
from analytics.measure_names import Where
from analytics.measure_window import Instant
from analytics.metric import Unit
from analytics.zones import zone_of
from core.actor import ALL, Scope
from core.errors import Invalid


@dataclass(frozen=True, slots=True)
class Column:
    """A column that people read; without a unit it is a word or an instant. `opens`: its numbers open to their rows."""

    name: str
    words: str
    unit: Unit | None = None
    opens: bool = False
    digits: int | None = None
    """How many decimals say it: of indices, which have no unit that people know."""

    @property
    def is_number(self) -> bool:
        """Whether it is counted or measured, rather than a word or an instant."""
        return self.unit is not None or self.digits is not None


@dataclass(frozen=True, slots=True)
class Choice:
    """What one may choose beside time and filters, as text. Of `options` the first is usual, unless `usual` says."""

    name: str
    words: str
    options: tuple[tuple[str, str], ...] = ()
    usual: str = ""
    kind: Literal["few", "many", "number", "date"] = "few"

    def check(self, value: str) -> str:
        """The value, if it may be chosen."""
        if self.options and value not in dict(self.options):
            known = ", ".join(name for name, _ in self.options if name)
            raise Invalid(f"There is no {self.words.lower()} {value!r}; there are {known}.", value=value)
        return value


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which time, which tickets, whose presence (None: everybody's), through whose eyes, and what was chosen."""

    since: Instant | None = None
    until: Instant | None = None
    as_of: Instant | None = None
    where: Where = field(default_factory=dict)
    timezone: str = "UTC"
    scope: Scope = ALL
    people: Collection[UUID] | None = None
    chosen: Mapping[str, str] = field(default_factory=dict)

    @property
    def time(self) -> dict[str, Any]:
        """The arguments of an analysis of a time."""
        return {"since": self.since, "until": self.until, "as_of": self.as_of, "timezone": self.timezone}

    @property
    def tickets(self) -> dict[str, Any]:
        """The arguments of an analysis of tickets."""
        return {**self.time, "where": self.where, "scope": self.scope}

    def of(self, name: str) -> str:
        """What was chosen; nothing: empty."""
        return self.chosen.get(name, "")

    def number(self, name: str) -> int | None:
        """A whole number that was chosen, or None."""
        text = self.of(name)
        if text and not text.isdigit():
            raise Invalid(f"{text!r} is no whole number.", value=text)
        return int(text) if text else None


@dataclass(frozen=True, slots=True)
class Found:
    """What it says: `sums` of the whole, and `frame`, of which people read `columns`. `n` is how much it rests on."""

    sums: Mapping[str, float | int | None]
    frame: pl.DataFrame
    columns: tuple[Column, ...]
    n: int


Row = Mapping[str, str]
"""Which row, by the values of its key as text; empty: the whole."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """The last part of its path is its name. `key` tells rows apart; `parts` are what numbers open to."""

    name: str
    sums: tuple[Column, ...]
    key: tuple[str, ...]
    parts: tuple[str, ...]
    of: tuple[str, str]
    """What it rests on: one, and many."""
    ask: Callable[[Wanted, Readable], Found]
    open: Callable[[Wanted, str, Row, Readable], Rows]
    choices: tuple[Choice, ...] = ()
    takes_filters: bool = False
    """Whether one may choose tickets by their values."""
    draws: str = ""
    """The column that is drawn, if it is one chart."""
    draws_smallest: bool = False
    """Whether those with the least of it are what one looks for, where not all can be drawn."""
    draws_funnel: bool = False
    """Whether it is drawn by the number of tickets, between `usual_low` and `usual_high`: never as a ranking."""
    is_of_people: bool = False
    """Whether it tells of people's presence, which few may see."""
    few: int = 20
    """On less than so many it says that it rests on little; 0: it counts people, of whom there are few."""

    @property
    def analysis(self) -> Analysis:
        """What it means."""
        return next(one for one in ANALYSES if one.path.rpartition("/")[2] == self.name)

    def read(self, wanted: Wanted) -> Wanted:
        """The question with all that is usual where nothing was chosen. Refuses what cannot be chosen."""
        usual = {one.name: one.usual or (one.options[0][0] if one.options else "") for one in self.choices}
        given = {name: value for name, value in wanted.chosen.items() if value}
        checked = {one.name: one.check({**usual, **given}[one.name]) for one in self.choices}
        return replace(wanted, chosen=checked, where=wanted.where if self.takes_filters else {})

    def found(self, wanted: Wanted, lake: Readable) -> Found:
        """What it says."""
        return self.ask(self.read(wanted), lake)

    def opened(self, wanted: Wanted, part: str, row: Row, lake: Readable) -> Rows:
        """What is behind a number of a row, or of the whole."""
        if part not in self.parts:
            raise Invalid(f"{part!r} opens to nothing; there are {', '.join(self.parts)}.", part=part)
        return self.open(self.read(wanted), part, {key: row[key] for key in self.key if row.get(key)}, lake)


def organisation_of(row: Row) -> str:
    """Whose row it is, where numbers open for one organisation only."""
    if "organisation_id" not in row:
        raise Invalid("Say whose: organisation_id is left out.", key="organisation_id")
    return row["organisation_id"]


def instant(text: str, timezone: str) -> datetime:
    """An instant in a row's key; one without an offset is local."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid(f"{text!r} is no instant; write it as 2026-03-14T10:05.", value=text) from None
    zone = zone_of(timezone)
    return found.astimezone(zone) if found.tzinfo else found.replace(tzinfo=zone)


def total(frame: pl.DataFrame, names: Iterable[str]) -> dict[str, Any]:
    """The sums of columns of numbers."""
    return {name: frame[name].sum() for name in names}
