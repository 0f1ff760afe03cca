"""What became of every row: rows read = rows that wrote events + rows that told nothing new + rows refused."""

from collections import Counter
from dataclasses import dataclass, field, fields
from typing import Any, Self
from uuid import UUID

from rich.table import Table


@dataclass(slots=True)
class Tally:
    """Running totals of an import, kept in its run's cursor so that a resumed import goes on counting."""

    rows_read: int = 0
    rows_wrote: int = 0
    rows_unchanged: int = 0
    tickets: int = 0
    messages: int = 0
    events: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    noted: Counter[str] = field(default_factory=Counter)

    @property
    def rows_refused(self) -> int:
        """Rows that wrote nothing because they could not be taken."""
        return self.refused.total()

    @property
    def balances(self) -> bool:
        """Whether every row is accounted for."""
        return self.rows_read == self.rows_wrote + self.rows_unchanged + self.rows_refused

    def as_json(self) -> dict[str, Any]:
        """For the run's cursor."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """From the run's cursor."""
        counters = {name: Counter(kept.get(name, {})) for name in ("refused", "noted")}
        return cls(**{**kept, **counters})


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """How an import ended. `was_finished` says that this file and map had been imported before: nothing was done."""

    import_id: UUID
    source: str
    tally: Tally
    seconds: float
    was_finished: bool = False
    resumed_after: int = 0
    """Cases that an earlier, interrupted attempt had written already."""

    @property
    def headline(self) -> str:
        """One sentence for people."""
        if self.was_finished:
            return f"{self.source} is already imported under this map; nothing to do."
        rate = f" ({(self.tally.tickets - self.resumed_after) / self.seconds:,.0f} tickets/s)" if self.seconds else ""
        again = f", going on after {self.resumed_after:,} from before" if self.resumed_after else ""
        return f"{self.tally.tickets:,} tickets from {self.source} in {self.seconds:.1f} s{rate}{again}."

    def table(self) -> Table:
        """The reconciliation as it is printed."""
        tally = self.tally
        table = Table("", "rows", "how", title=self.headline, title_justify="left", title_style="bold")
        table.columns[1].justify = "right"
        table.add_row("rows read", f"{tally.rows_read:,}", "")
        table.add_row(
            "= wrote events", f"{tally.rows_wrote:,}", f"{tally.events:,} events, {tally.messages:,} messages"
        )
        table.add_row("+ told nothing new", f"{tally.rows_unchanged:,}", "")
        table.add_row("+ refused", f"{tally.rows_refused:,}", "")
        for cause, rows in tally.refused.most_common():
            table.add_row(f"    {cause}", f"{rows:,}", CAUSES.get(cause, ""))
        if tally.noted:
            table.add_section()
            for cause, rows in tally.noted.most_common():
                table.add_row(cause, f"{rows:,}", CAUSES.get(cause, ""))
        return table


CAUSES = {
    "unreadable_row": "not a row of this file's form, such as a quotation mark that nobody closed",
    "ragged_row": "more or fewer fields than the header",
    "no_case_id": "belongs to no case",
    "case_id_too_long": "the case id has more than 200 characters",
    "unreadable_time": "no format of the map fits its time",
    "in_the_future": "its time has not come yet",
    "already_here": "the case came in by another import: import the newest export into a fresh house",
    "duplicate": "an exact copy of a row before it",
    "unknown_state": "a state that the map does not know: see the row's detail",
    "unreadable_number": "no number where the update number should be: the case is sorted by time",
    "out_of_order": "stood behind a row that came after it: put in its place",
    "time_goes_back": "its clock contradicts its update number: the nearest fitting time is taken",
    "unreadable_opened": "the first row's time is taken",
    "opened_after_first_row": "the first row's time is taken",
    "begins_late": "the log begins after the case: its history is marked incomplete",
    "solved_by_column": "no row shows it: solved at the time of the resolved column",
    "closed_by_column": "no row shows it: closed at the time of the closed column",
    "resolved_differs": "the resolved column contradicts the rows, which are taken",
    "closed_differs": "the closed column contradicts the rows, which are taken",
    "unreadable_resolved": "left out",
    "unreadable_closed": "left out",
    "reopens_differ": "the log's own count of reopenings contradicts the rows, which are taken",
    "duplicate_column": "a header names it twice: the second is called name#2",
}
"""Each cause in words."""
