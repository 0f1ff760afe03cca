"""Tables for people at a terminal, however wide they are."""

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

WIDEST = 10_000


def show(table: Table) -> None:
    """Print a table. One that the terminal would cut has a line for each number instead, as psql's `\\x auto` does;
    into a file or a pipe it goes as wide as it is."""
    console = Console()
    needs = Measurement.get(console, console.options.update(max_width=WIDEST), table)
    if not console.is_terminal:
        console.width = max(console.width, needs.maximum)
    console.print(table if needs.minimum <= console.width else _turned(table))


def _turned(table: Table) -> Text:
    """Row after row, each with its columns below each other."""
    names = [str(column.header) for column in table.columns]
    room = max(len(name) for name in names)
    lines = [str(table.title)] if table.title else []
    for row in zip(*(column.cells for column in table.columns), strict=True):
        lines += ["", *(f"{name:<{room}}  {cell}" for name, cell in zip(names, row, strict=True))]
    return Text("\n".join([*lines, *(["", str(table.caption)] if table.caption else [])]))
