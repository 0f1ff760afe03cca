"""A mark or number on a page, as a short word that can stand in an address: which metric, which step, which slice.

backlog                              the number as a whole
tickets_created~2026-03-04           one step of the page's grain
queue_depth~~queue:Billing           one slice
queue_depth~~queue:Billing~why:1001  why a ticket counts in it
tickets_created~~~moved              what moved it since the time before
"""

from dataclasses import dataclass
from datetime import datetime

from analytics import catalogue
from analytics.measure_dimensions import DIMENSIONS
from core.errors import Invalid

MOVED, WHY = "moved", "why:"


@dataclass(frozen=True, slots=True)
class Cell:
    """`column` is a public number of the catalogue; `start` a local, naive instant."""

    column: str
    start: datetime | None = None
    dimension: str = ""
    value: str = ""
    ticket: str = ""
    """Why this one counts."""
    is_moved: bool = False
    """What moved the number, not its tickets."""

    def __str__(self) -> str:
        start = "" if self.start is None else self.start.isoformat(timespec="minutes").removesuffix("T00:00")
        where = f"{self.dimension}:{self.value}" if self.dimension else ""
        more = MOVED if self.is_moved else f"{WHY}{self.ticket}" if self.ticket else ""
        return "~".join([self.column, start, where, more]).rstrip("~")


def read_cell(text: str) -> Cell:
    """The cell that an address names."""
    rest, _, more = text.rpartition("~")
    if more != MOVED and not more.startswith(WHY):
        rest, more = text, ""
    column, start, where = [*rest.split("~", 2), "", ""][:3]
    dimension, _, value = where.partition(":")
    if column not in catalogue.COLUMNS or (dimension and dimension not in DIMENSIONS):
        raise Invalid("This address names a number that this page does not have.")
    try:
        begins = datetime.fromisoformat(start) if start else None
    except ValueError:
        raise Invalid("This address names a step of time that cannot be read.") from None
    ticket = more.removeprefix(WHY) if more.startswith(WHY) else ""
    return Cell(column, begins, dimension, value, ticket, is_moved=more == MOVED)
