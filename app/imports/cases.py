"""Cutting a log into cases, whatever its order, while holding no more rows than must be held.

The file is read twice: once to count each case's rows, once to hand over each case when its last row has come.
A log that is sorted by case holds one case at a time; one sorted by time holds the cases that are alive.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from operator import itemgetter

from app.imports.map import LogMap
from app.imports.table import Record, Table
from core.errors import Invalid

MOST_ID_CHARS = 200

Layout = dict[str | None, int]
"""Where in `Row.cells` a column of the map stands; what the file lacks stands at the end, where None is."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a case: the line on which it starts, and its fields.

    `cells` are those that the map reads, trimmed, None where there is nothing. Tuples rather than dictionaries:
    comparing and making them is most of what reading a log costs.
    """

    line: int
    cells: tuple[str | None, ...]
    fields: list[str]
    layout: Layout

    def get(self, column: str | None) -> str | None:
        """What stands in a column of the map."""
        return self.cells[self.layout[column]]


@dataclass(frozen=True, slots=True)
class Note:
    """What was not taken as it stood. `refused` rows wrote nothing; `noted` ones were handled as `detail` says."""

    line: int
    case_ref: str
    severity: str
    cause: str
    detail: str


@dataclass(slots=True)
class RawCase:
    """All rows of one case, in the file's order."""

    id: str
    rows: list[Row] = field(default_factory=list)


class CaseReader:
    """The cases of one table under one map."""

    def __init__(self, table: Table, log_map: LogMap) -> None:
        self.table = table
        self.map = log_map
        self._places = places(table, log_map)
        self._case_place = self._places[log_map.case.id]
        present = [column for column, place in self._places.items() if place >= 0]
        self.absent = frozenset(self._places) - frozenset(present)
        self._layout: Layout = {column: index for index, column in enumerate(present)}
        self._layout |= dict.fromkeys((None, *self.absent), -1)
        indexes = [self._places[column] for column in present]
        self._pick: Callable[[Sequence[str]], Sequence[str]] = (
            itemgetter(*indexes) if len(indexes) > 1 else lambda fields: [fields[indexes[0]]]
        )
        self._clean = Clean(log_map.file.empty)
        self._width = len(table.columns)
        self.rows_total = 0
        self._rows_of: Counter[str] = Counter()

    def count(self, progress: Callable[[int], None] = lambda rows: None) -> int:
        """The first reading: how many rows there are, and how many each case has."""
        for record in self.table.records():
            self.rows_total += 1
            if self._refusal(record) is None:
                self._rows_of[self._case_id(record)] += 1
            if self.rows_total % 5_000 == 0:
                progress(self.rows_total)
        return self.rows_total

    def __iter__(self) -> Iterator[RawCase | Note]:
        """The second reading: each case once it is whole, and between them the rows that belong to no case."""
        left = self._rows_of.copy()
        waiting: dict[str, RawCase] = {}
        for record in self.table.records():
            if refusal := self._refusal(record):
                yield refusal
                continue
            case_id = self._case_id(record)
            case = waiting.setdefault(case_id, RawCase(case_id))
            case.rows.append(self._row(record))
            left[case_id] -= 1
            if not left[case_id]:
                yield waiting.pop(case_id)
        if waiting:
            raise Invalid(f"{self.table.path.name} changed while it was read; import it again when it is complete.")

    @property
    def case_count(self) -> int:
        """How many cases the first reading found."""
        return len(self._rows_of)

    def _case_id(self, record: Record) -> str:
        return record.fields[self._case_place].strip()

    def _refusal(self, record: Record) -> Note | None:
        """Why a row cannot be read at all, if it cannot."""
        if record.problem:
            return Note(record.line, "", "refused", "unreadable_row", record.problem)
        extra = len(record.fields) - self._width
        if extra < 0 or (extra > 0 and any(value.strip() for value in record.fields[self._width :])):
            case_ref = record.fields[self._case_place] if len(record.fields) > self._case_place else ""
            told = f"{len(record.fields)} fields where the header has {self._width}"
            return Note(record.line, case_ref[:255], "refused", "ragged_row", told)
        case_id = self._case_id(record)
        if case_id in self.map.file.empty:
            return Note(record.line, "", "refused", "no_case_id", f"column {self.map.case.id} is empty")
        if len(case_id) > MOST_ID_CHARS:
            return Note(record.line, case_id[:MOST_ID_CHARS], "refused", "case_id_too_long", f"{len(case_id)} long")
        return None

    def _row(self, record: Record) -> Row:
        fields = record.fields
        return Row(record.line, (*map(self._clean.__getitem__, self._pick(fields)), None), fields, self._layout)


class Clean(dict[str, str | None]):
    """Raw value → what it says: trimmed, None where empty. Remembers, for logs repeat their words."""

    def __init__(self, empty: frozenset[str]) -> None:
        super().__init__()
        self._empty = empty

    def __missing__(self, raw: str) -> str | None:
        if len(self) > 200_000:
            self.clear()
        value = raw.strip().replace("\0", "")
        self[raw] = said = None if value in self._empty else value
        return said


def places(table: Table, log_map: LogMap) -> dict[str, int]:
    """Where each of the map's columns stands; -1 for an optional one that is not there. Raises `Invalid` for others."""
    found: dict[str, int] = {}
    missing = []
    for column in sorted(log_map.columns):
        name = column.removesuffix("?")
        if name in table.columns:
            found[column] = table.columns.index(name)
        elif column.endswith("?"):
            found[column] = -1
        else:
            near = get_close_matches(name, table.columns, n=1)
            missing.append(f"{name!r}" + (f" (did you mean {near[0]!r}?)" if near else ""))
    if missing:
        raise Invalid(
            f"{table.path.name} lacks columns that the map names: {', '.join(missing)}. It has {len(table.columns)} "
            f"columns, cut at {table.delimiter!r}: {', '.join(table.columns[:12])}…"
        )
    return found
