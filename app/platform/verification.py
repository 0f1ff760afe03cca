"""`clearqueue verify`: all laws that exist, and how each fares, line by line as they are checked."""

from collections.abc import Collection, Iterable, Iterator
from functools import partial

from rich.markup import escape

from app.calendars.law import calendars_are_as_told
from app.files.law import contents_are_there
from app.jobs.anchors import ledger_agrees_with_its_anchors
from app.mentions.law import mentions_are_as_told
from app.outgoing.law import replies_wait_as_told
from app.platform.steps import console
from app.queues.law import hours_are_as_told
from app.ratings.law import ratings_are_as_told
from app.sla.law import clocks_are_as_told
from app.tickets.fold import messages_have_words, rows_are_folds
from app.tickets.linked_law import links_are_as_told
from app.tickets.placed_law import places_are_as_told, threads_are_counted
from app.tickets.references import nothing_is_orphaned
from app.worktime.law import time_is_as_told
from core.settings import Settings
from etl.laws.law import Law
from etl.verify import CHAIN, verify

NAME_WIDTH = 38

__all__ = ["CHAIN", "laws", "show"]


def laws(settings: Settings, *, only: Collection[str] = (), one_in: int = 1, turn: int = 0) -> Iterator[Law]:
    """Check the laws of the ledger, the rows, the lake and the index, one after the other (etl/verify.py)."""
    ours = {
        "rows are the fold of their events": partial(rows_are_folds, settings),
        "messages have their words": partial(messages_have_words, settings),
        "what tickets name is there": partial(nothing_is_orphaned, settings),
        "links are as told": partial(links_are_as_told, settings),
        "messages are shown as told": partial(places_are_as_told, settings),
        "threads are counted": partial(threads_are_counted, settings),
        "time is as told": partial(time_is_as_told, settings),
        "mentions are as told": partial(mentions_are_as_told, settings),
        "replies wait as told": partial(replies_wait_as_told, settings),
        "clocks are as told": partial(clocks_are_as_told, settings),
        "calendars are as told": partial(calendars_are_as_told, settings),
        "queues' hours are as told": partial(hours_are_as_told, settings),
        "ratings are as told": partial(ratings_are_as_told, settings),
        "files have their contents": partial(contents_are_there, settings),
        "the ledger agrees with its anchors": partial(ledger_agrees_with_its_anchors, settings),
    }
    return verify(settings, ours, only=only, one_in=one_in, turn=turn)


def show(checked: Iterable[Law]) -> bool:
    """Print a table of laws, each line as soon as it is known; whether all hold."""
    all_hold = True
    console.print(f"    {'law':{NAME_WIDTH}} {'checked':>12} {'wrong':>8} {'seconds':>8}", style="dim")
    for law in checked:
        mark = "[green]✓[/]" if law.holds else "[red]✗[/]"
        console.print(f"  {mark} {law.name:{NAME_WIDTH}} {law.checked:>12,} {law.wrong:>8,} {law.seconds:>8.1f}")
        for example in law.examples:
            console.print(f"      [red]{escape(example)}[/]")
        all_hold = all_hold and law.holds
    return all_hold
