"""`clearqueue explain` and `clearqueue moved`: why a number is as it is, at the command line."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from analytics import catalogue
from analytics.explanation import explain
from analytics.lake import open_reader
from analytics.metric import Basis
from analytics.movement import Moved, moved
from analytics.zones import zone_of
from app.numbers.asking import arguments
from app.numbers.command import MOST_LINES, spelled, written
from app.numbers.terminal import show
from core.settings import Settings


def explain_ticket(settings: Settings, ticket: str, name: str, **window: Any) -> None:
    """Print what a ticket adds to a number, and why it counts there."""
    with closing(open_reader(settings)) as lake:
        found = explain(ticket, name, **_asked(window), lake=lake)
    share, value = (_told(number, found.of) for number in (found.share, found.value))
    Console().print(f"Ticket {found.number} adds {share} to {value} ({found.of}).", highlight=False)
    for reason in found.reasons:
        Console().print(f"- {reason.sentence}", highlight=False, soft_wrap=True)


def show_moved(
    settings: Settings, name: str, *, by: Sequence[str], compare: str, form: str, out: Path | None, **window: Any
) -> None:
    """Print what moved a number since the time before, or write it into a file."""
    with closing(open_reader(settings)) as lake:
        found = moved(name, by=list(by), compare=compare, **_asked(window), lake=lake)
    if not written(found.frame, form, out):
        _show(found)


def _asked(window: dict[str, Any]) -> dict[str, Any]:
    zone = zone_of(window["timezone"])
    given = arguments(window["since"], window["until"], window["as_of"], window["where"], grain=None, zone=zone)
    return {**given, "basis": window.get("basis"), "attribution": window.get("attribution")}


def _show(found: Moved) -> None:
    metric, _ = catalogue.statistic(found.column)
    before, now = (_told(number, found.column) for number in (found.before, found.now))
    hours = " in business hours" if found.answer.basis is Basis.BUSINESS else ""
    table = Table(title=f"{metric.title}{hours}: from {before} to {now}", title_justify="left", header_style="bold")
    numbers = ["before", "now", "change", *(["rate", "mix"] if found.frame["rate"].is_not_null().any() else [])]
    for name in ("dimension", "value"):
        table.add_column(name.capitalize())
    for name in numbers:
        table.add_column(name.capitalize(), justify="right")
    for row in found.frame.head(MOST_LINES).iter_rows(named=True):
        table.add_row(row["dimension"], row["value"], *(_told(row[name], found.column) for name in numbers))
    show(table)


def _told(value: float, column: str) -> str:
    """Counts come as floats here; they are told as counts."""
    return spelled(int(value) if value is not None and float(value).is_integer() else value, column)
