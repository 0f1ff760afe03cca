"""One import run: its batches, each one transaction together with the run's cursor.

Killed anywhere, the next attempt finds the cursor of the last whole batch and goes on behind it. The run's row is
locked in every batch, so of two importers of one file the second stops instead of doubling.
"""

import gc
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self
from uuid import UUID

from psycopg import Connection
from psycopg.errors import UniqueViolation
from psycopg.types.json import Jsonb

from app.imports.batch import copy_rows, write
from app.imports.cases import Note
from app.imports.facts import CaseHistory
from app.imports.history import Folded, fold
from app.imports.names import Names, Pending
from app.imports.reconciliation import Tally
from app.sla.backfill_job import ask_for_clocks
from core import clock
from core.errors import Conflict
from core.events import Event, ImportFinished, ImportStarted
from core.ids import id_from

Progress = Callable[[int, int], None]
"""Called with how many cases are done and how many there are."""


def silent(_done: int, _total: int) -> None:
    """No progress wanted."""


@contextmanager
def bulk() -> Iterator[None]:
    """Spare a bulk load the cyclic garbage collector, which would visit all that it keeps, again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@dataclass(slots=True)
class Batch:
    """Cases to write together. `lines` counts each case's rows that were not refused; `notes` tell of the others."""

    histories: list[CaseHistory] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    rows: int = 0
    rows_idle: int = 0
    """Rows of cases of which nothing could be used, that were not themselves refused."""
    records: int = 0
    cases: int = 0
    last_line: int = 0

    def add(self, history: CaseHistory | None, rows: int, notes: Sequence[Note]) -> None:
        """Take a case of so many rows."""
        self.rows += rows
        self.cases += 1
        self.notes.extend(notes)
        usable = rows - sum(note.severity == "refused" for note in notes)
        if history is None:
            self.rows_idle += usable
        else:
            self.histories.append(history)
            self.lines[history.external_ref] = usable
            self.records += len(history.records)


class Run:
    """An import run, new or found again by its fingerprint."""

    def __init__(self, connection: Connection[Any], source: str, fingerprint: str) -> None:
        self.id = id_from("import", fingerprint)
        self.source = source
        with connection.transaction():
            connection.execute(
                "insert into import_run (id, source, fingerprint, rows_read, events_written, cases, refused, cursor,"
                " started_at) values (%s, %s, %s, 0, 0, 0, 0, '{}', %s) on conflict do nothing",
                (self.id, source[:1000], fingerprint, clock.now()),
            )
            row = connection.execute(
                "select cursor, finished_at is not null, started_at from import_run where id = %s", (self.id,)
            ).fetchone()
        assert row is not None
        self.started_at: datetime = row[2].astimezone(UTC)
        self.fingerprint = fingerprint
        self.is_finished: bool = row[1]
        self.cases_done: int = row[0].get("cases", 0)
        self.line_done: int = row[0].get("line", 0)
        self.tally = Tally.from_json(row[0].get("tally", {}))

    def write(self, connection: Connection[Any], batch: Batch, pending: Pending, *, is_last: bool = False) -> None:
        """Write a batch and move the cursor, all or nothing. Raises `Conflict` if somebody else got in between."""
        try:
            with connection.transaction():
                self._write(connection, batch, pending, is_last=is_last)
        except UniqueViolation as error:
            raise Conflict(
                "Somebody set up the same people, queues or tickets at the same time; import again to go on from here."
            ) from error

    def _write(self, connection: Connection[Any], batch: Batch, pending: Pending, *, is_last: bool) -> None:
        self._hold(connection)
        if not self.line_done and not self.cases_done:
            pending.events.insert(0, (clock.now(), self._started()))
        wanted, here = self._new_only(connection, batch)
        recorded_at = clock.now()
        numbers = _numbers(connection, len(wanted))
        folded = [fold(one, number, recorded_at) for one, number in zip(wanted, numbers, strict=True)]
        self._count(batch, folded, here)
        if is_last:
            pending.events.append((recorded_at, self._finished(len(pending.events) + 1, folded)))
            ask_for_clocks(connection, more=len(folded))
        self.tally.events += write(connection, pending, folded, recorded_at)
        _keep_notes(connection, self.id, [*batch.notes, *here])
        self._move_cursor(connection, batch, is_last=is_last)

    def _hold(self, connection: Connection[Any]) -> None:
        row = connection.execute("select cursor from import_run where id = %s for update", (self.id,)).fetchone()
        if row is None or row[0].get("cases", 0) != self.cases_done or row[0].get("line", 0) != self.line_done:
            raise Conflict(f"Somebody else is importing {self.source} right now; let them finish.")

    def _new_only(self, connection: Connection[Any], batch: Batch) -> tuple[list[CaseHistory], list[Note]]:
        """The histories that are not here yet, and a note for each row of the others."""
        references = [history.external_ref for history in batch.histories]
        found = connection.execute(
            "select external_ref, number from ticket where external_ref = any(%s)", (references,)
        ).fetchall()
        here = dict(found)
        notes = [
            Note(
                record.line,
                history.external_ref,
                "refused",
                "already_here",
                f"it is ticket {here[history.external_ref]}",
            )
            for history in batch.histories
            if history.external_ref in here
            for record in history.records[:1]
        ]
        return [history for history in batch.histories if history.external_ref not in here], notes

    def _count(self, batch: Batch, folded: Sequence[Folded], here: Sequence[Note]) -> None:
        tally = self.tally
        tally.rows_read += batch.rows
        tally.tickets += len(folded)
        tally.messages += sum(len(one.messages) for one in folded)
        wrote = sum(len(one.lines) for one in folded)
        tally.rows_wrote += wrote
        tally.rows_unchanged += (
            batch.rows_idle - wrote + sum(batch.lines[one.ticket.external_ref or ""] for one in folded)
        )
        for note in batch.notes:
            (tally.refused if note.severity == "refused" else tally.noted)[note.cause] += 1
        for note in here:
            tally.refused[note.cause] += batch.lines[note.case_ref]

    def _move_cursor(self, connection: Connection[Any], batch: Batch, *, is_last: bool) -> None:
        self.cases_done += batch.cases
        self.line_done = max(self.line_done, batch.last_line)
        tally = self.tally
        cursor = {"cases": self.cases_done, "line": self.line_done, "tally": tally.as_json()}
        connection.execute(
            "update import_run set rows_read = %s, events_written = %s, cases = %s, refused = %s, cursor = %s,"
            " finished_at = %s where id = %s",
            (tally.rows_read, tally.events, tally.tickets, tally.rows_refused, Jsonb(cursor),
             clock.now() if is_last else None, self.id),
        )  # fmt: skip
        self.is_finished = is_last

    def _started(self) -> Event:
        return ImportStarted(import_id=self.id, source=self.source[:1000], fingerprint=self.fingerprint)

    def _finished(self, more: int, folded: Sequence[Folded]) -> Event:
        tally = self.tally
        return ImportFinished(
            import_id=self.id,
            rows_read=tally.rows_read,
            events_written=tally.events + more + sum(len(one.envelopes) for one in folded),
            cases=tally.tickets,
            refused=tally.rows_refused,
        )


class Writer:
    """Writes a run's batches in order, each while the next one is read, so that we and PostgreSQL work at once.

    What comes next is gathered in `batch`; handing it over leaves a new one in its place. Use it in a `with` block,
    which ends when all is written. Nobody else uses the connection meanwhile.
    """

    def __init__(self, connection: Connection[Any], run: Run, names: Names) -> None:
        self.run = run
        self.batch = Batch()
        self._connection = connection
        self._names = names
        self._thread = ThreadPoolExecutor(1, "import")
        self._before: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown()

    def write_if_full(self, records: int) -> bool:
        """Hand the batch over if it has at least so many records; returns whether it did."""
        if self.batch.records < records:
            return False
        self.write()
        return True

    def write(self, *, is_last: bool = False) -> None:
        """Hand the batch over when the one before it is written; the last is waited for. Raises as `Run.write` does."""
        batch, self.batch = self.batch, Batch()
        pending, self._names.pending = self._names.pending, Pending()
        self._wait()
        self._before = self._thread.submit(self.run.write, self._connection, batch, pending, is_last=is_last)
        if is_last:
            self._wait()

    def _wait(self) -> None:
        if self._before:
            self._before.result()


def _numbers(connection: Connection[Any], count: int) -> list[int]:
    rows = connection.execute("select nextval('ticket_number') from generate_series(1, %s)", (count,)).fetchall()
    return [row[0] for row in rows]


def _keep_notes(connection: Connection[Any], import_id: UUID, notes: Sequence[Note]) -> None:
    names = ["import_id", "line", "case_ref", "severity", "cause", "detail"]
    rows = (
        (import_id, note.line, note.case_ref[:255], note.severity, note.cause, note.detail[:1000].replace("\0", ""))
        for note in notes
    )
    if notes:
        copy_rows(connection, "import_refusal", names, rows)
