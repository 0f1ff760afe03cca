"""A page is data: a title, headline numbers and panels. What a panel draws is one function from answers to a figure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import polars as pl

from analytics.lake import Lake
from core.actor import Scope
from dashboards.asked import Asked

Figure = dict[str, Any]
"""A Plotly figure as plain data. Colours are names of tokens (`--mark`), painted in the browser for its theme."""


class Drawn(Protocol):
    """From the answer's frame to a figure."""

    def __call__(self, frame: pl.DataFrame, asked: Asked) -> Figure: ...


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of a panel's legend: a token and the words for what has its colour."""

    token: str
    words: str
    shape: Literal["bar", "line", "dash"] = "bar"
    only_with: str = ""
    """A parameter of the address without which it is not drawn."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A question, the numbers that answer it, and how they are drawn.

    `columns` are public numbers of the catalogue; `by` splits them, otherwise they are a series over the page's
    period. `moves_with` are the kinds of events that can change it: only these make it ask again.
    """

    name: str
    title: str
    columns: tuple[str, ...]
    draw: Drawn
    moves_with: frozenset[str]
    words: Mapping[str, str]
    """column → what its values are called here: `created`."""
    by: str = ""
    keys: tuple[Key, ...] = ()
    width: int = 6
    """Of twelve columns."""
    is_now: bool = False
    """Shows the level of this instant, whatever the period."""
    option: tuple[str, str] | None = None
    """A parameter of the address that this panel offers as a switch, and its words."""
    takes: Callable[[Asked], tuple[str, ...]] | None = None
    """The columns for a state of the page, where they differ from `columns`."""

    def asks(self, asked: Asked) -> tuple[str, ...]:
        """The numbers that it needs."""
        return self.takes(asked) if self.takes else self.columns


@dataclass(frozen=True, slots=True)
class Shown:
    """What a study shows: words first, then a chart or none, then what stands below it; `table` is the chart's twin."""

    frame: pl.DataFrame
    """The same as a file."""
    said: Any = None
    figure: Figure | None = None
    below: Any = None
    table: Any = None


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter of the address that a study asks for in a form of its own."""

    name: str
    words: str
    usual: str
    """What holds as long as the address says nothing."""
    kind: Literal["number", "text", "date", "select"] = "number"
    example: str = ""
    options: tuple[tuple[str, str], ...] = ()
    """Of a select: (value, what it is called)."""
    is_needed: bool = True


@dataclass(frozen=True, slots=True)
class Study:
    """A panel of an analysis (docs/decisions/0104): one question to the lake, shown in its own way.

    Panels of a page that ask the same share the answer.
    """

    name: str
    title: str
    about: tuple[str, ...]
    """Its names among analyses and metrics: what the card beside the title explains."""
    ask: Callable[[Lake, Asked, Scope], Any]
    show: Callable[[Any, Asked], Shown]
    moves_with: frozenset[str]
    keys: tuple[Key, ...] = ()
    width: int = 12
    draws: bool = True
    form: tuple[Field, ...] = ()
    is_of_people: bool = False
    """Whether its answer hangs on whose presence the reader may see."""
    has_twin: bool = True
    """Whether its rows stand in the place of its chart when asked for; otherwise below it, always."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A parameter of the address with few values, offered as buttons."""

    name: str
    words: str
    options: tuple[tuple[str, str], ...]
    """(value, what it is called)"""
    start: str = ""
    """What holds as long as the address says nothing; the first, unless said."""
    only_with: str = ""
    """A parameter of the address without which it changes nothing, and is not offered."""

    @property
    def usual(self) -> str:
        """What holds as long as the address says nothing."""
        return self.start or self.options[0][0]


HOURS = Choice("basis", "Durations in", (("calendar", "Calendar hours"), ("business", "Business hours")))
HANDS = Choice(
    "attribution", "Work counts for",
    (("", "As usual"), ("actor", "Who did it"), ("owner", "Who owned it"), ("pro_rata", "All who had it")),
    only_with="agent",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Headline:
    """A number at the top: a public column, its name, and the column that counts what it rests on."""

    column: str
    words: str
    moves_with: frozenset[str]
    n: str = ""
    is_level: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One address under /dashboards/."""

    name: str
    title: str
    headlines: tuple[Headline, ...]
    panels: tuple[Panel | Study, ...]
    choices: tuple[Choice, ...] = ()
    entry: str = ""
    """Its entry in the navigation, where that is another page's."""
    above: tuple[Any, ...] = ()
    """What stands above everything else and never changes."""

    def panel(self, name: str) -> Panel | Study | None:
        """The panel of that name."""
        return next((panel for panel in self.panels if panel.name == name), None)
