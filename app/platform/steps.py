"""What the person at the terminal sees: one line a step, a bar for long ones; plain lines when nobody looks."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

console = Console(highlight=False, soft_wrap=True)
Advance = Callable[[int, int], None]
"""`advance(done, total)`."""


@contextmanager
def step(name: str) -> Iterator[Callable[[str], None]]:
    """Show a step and how long it took; yields a way to say what it is at. A failing step leaves it to the refusal."""
    began = time.monotonic()
    with console.status(f"{name} …") as status:
        yield lambda words: status.update(f"{name} … {words}")
    done(name, time.monotonic() - began)


@contextmanager
def long_step(name: str, of_what: str) -> Iterator[Advance]:
    """Show a step that counts: a bar at a terminal, a line every tenth elsewhere."""
    began = time.monotonic()
    with progress(name, of_what) as advance:
        yield advance
    done(name, time.monotonic() - began)


@contextmanager
def progress(name: str, of_what: str) -> Iterator[Advance]:
    """Show how far something has come."""
    with _bar(name, of_what) if console.is_terminal else _lines(name, of_what) as advance:
        yield advance


def done(name: str, seconds: float) -> None:
    """The line of a finished step."""
    console.print(f"  [green]✓[/] {name} [dim]{seconds:.1f} s[/]")


def say(sentence: str) -> None:
    """A line of its own."""
    console.print(sentence, markup=False)


@contextmanager
def _bar(name: str, of_what: str) -> Iterator[Advance]:
    columns = (TextColumn("  {task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn(of_what))
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as bar:
        task = bar.add_task(name, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total or None)


@contextmanager
def _lines(name: str, of_what: str) -> Iterator[Advance]:
    shown = 0

    def advance(done: int, total: int) -> None:
        nonlocal shown
        tenth = 10 * done // total if total else 0
        if tenth > shown:
            shown = tenth
            console.print(f"    {name}: {done:,} of {total:,} {of_what}")

    yield advance
