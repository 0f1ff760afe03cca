"""Small logs for tests, the map that reads them, and what an import made of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from app.imports.log import import_log
from app.imports.reconciliation import Reconciliation
from core.settings import Settings

HEADER = ("case", "at", "state", "team", "who", "agent", "customer", "words")

MAP = """
name = "small"
system = "small"
[case]
id = "case"
[time]
updated = "at"
formats = ["iso", "%d.%m.%Y %H:%M"]
zone = "Europe/Berlin"
opened = "opened?"
resolved = "resolved?"
closed = "closed?"
[state]
column = "state"
initial = "New"
[state.values]
New = { state = "new", category = "NEW" }
Open = { state = "open", category = "OPEN" }
Waiting = { state = "pending", category = "PENDING" }
Done = { state = "solved", category = "SOLVED" }
Shut = { state = "closed", category = "CLOSED" }
[queue]
column = "team"
[agent]
column = "agent"
[actor]
column = "who"
[requester]
column = "customer"
[[message]]
body = ["words"]
"""


@dataclass(frozen=True)
class Import:
    """A finished import and where it went."""

    reconciliation: Reconciliation
    settings: Settings

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What a query gives; its times are in UTC."""
        with psycopg.connect(self.settings.database_url, options="-c timezone=UTC") as connection:
            return connection.execute(query.encode(), values or None).fetchall()

    def told(self, case: str, kind: str = "%") -> list[tuple[str, str]]:
        """(time, kind) of a case's events in order, the time to the minute in UTC."""
        found = self.rows(
            "select to_char(occurred_at, 'MM-DD HH24:MI'), kind from event join ticket on ticket.id = ticket_id"
            " where external_ref = %s and kind like %s order by ticket_version",
            f"small:{case}",
            kind,
        )
        return [(when, what) for when, what in found]

    def states(self, case: str) -> list[tuple[str, str]]:
        """(time, state) of a case from its opening on."""
        found = self.rows(
            "select to_char(occurred_at, 'MM-DD HH24:MI'), payload ->> 'state' from event"
            " join ticket on ticket.id = ticket_id"
            " where external_ref = %s and kind in ('ticket.created', 'ticket.status_changed') order by ticket_version",
            f"small:{case}",
        )
        return [(when, what) for when, what in found]

    def notes(self) -> list[tuple[int, str, str]]:
        """(line, severity, cause) of all that was not taken as it stood."""
        found = self.rows("select line, severity, cause from import_refusal order by line, id")
        return [(line, severity, cause) for line, severity, cause in found]

    def ticket(self, case: str, columns: str) -> tuple[Any, ...]:
        """Columns of a case's row."""
        return self.rows(f"select {columns} from ticket where external_ref = %s", f"small:{case}")[0]


def row(case: str, when: str, state: str, **more: str) -> tuple[str, ...]:
    """A row of a small log."""
    values = {"case": case, "at": when, "state": state, **more}
    return tuple(values.get(column, "") for column in HEADER)


def write_log(
    folder: Path, rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER, *, name: str = "log.csv"
) -> Path:
    """A log file, semicolons between the fields."""
    file = folder / name
    file.write_text("\n".join(";".join(line) for line in (header, *rows)) + "\n", encoding="utf-8")
    return file


def import_rows(
    settings: Settings, folder: Path, rows: Sequence[Sequence[str]], *, header: Sequence[str] = HEADER, also: str = ""
) -> Import:
    """Import rows under the small map; `also` is put at the end of the map."""
    return import_file(settings, write_log(folder, rows, header), also=also)


def import_file(settings: Settings, file: Path, *, also: str = "") -> Import:
    """Import a file under the small map."""
    log_map = file.parent / "map.toml"
    log_map.write_text(MAP + also, encoding="utf-8")
    return Import(import_log(settings, file, str(log_map)), settings)
