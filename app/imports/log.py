"""`clearqueue import log FILE --map MAP`: an event log with one row per update becomes tickets with their own times."""

import hashlib
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
from psycopg import Connection, connect

from app.db import Database
from app.first_company import found_company
from app.imports.cases import CaseReader, Note
from app.imports.map import LogMap
from app.imports.mapfile import load_map
from app.imports.names import Names
from app.imports.reconciliation import Reconciliation
from app.imports.run import Progress, Run, Writer, bulk, silent
from app.imports.table import Table, open_table
from app.imports.telling import Teller
from core import clock
from core.settings import Settings

RECORDS_A_BATCH = 6_000
"""Facts in one transaction: small enough that live commands get their positions in between."""

MEANING = "1"
"""Raise it when the same file and map would give another history: then it is another import."""


def import_log(settings: Settings, file: Path, map_name: str, progress: Progress = silent) -> Reconciliation:
    """Import the event log `file` (CSV and its relatives, plain or gzip) under a map: a TOML file or a shipped name.

    Interrupted, it goes on where it stopped when called again; finished, it does nothing. Raises `Invalid` with a
    sentence when file or map cannot be used, before anything is written.
    """
    log_map = load_map(map_name)
    table = open_table(file, log_map.file)
    cases = CaseReader(table, log_map)
    _found(settings)
    with (
        bulk(),
        closing(connect(settings.database_url, autocommit=True, application_name="clearqueue import")) as connection,
    ):
        return _import(connection, cases, fingerprint(table, log_map), progress)


def fingerprint(table: Table, log_map: LogMap) -> str:
    """The same content under the same map is the same import, whatever the file is called.

    Sets are sorted: their own order differs from process to process, and a killed import would not find itself.
    """
    said = orjson.dumps([MEANING, table.fingerprint, log_map.model_dump()], default=sorted)
    return hashlib.sha256(said).hexdigest()


def _import(connection: Connection[Any], cases: CaseReader, mark: str, progress: Progress) -> Reconciliation:
    started = time.monotonic()
    source = cases.table.path.name
    run = Run(connection, source, mark)
    done_before = run.tally.tickets
    if run.is_finished:
        return Reconciliation(run.id, source, run.tally, 0.0, was_finished=True)
    cases.count(lambda _rows: progress(0, 0))
    names = Names(connection, cases.map.system)
    with Writer(connection, run, names) as writer:
        _tell(cases, Teller(cases.map, names, clock.now(), cases.absent), writer, progress)
    progress(cases.case_count, cases.case_count)
    return Reconciliation(run.id, source, run.tally, time.monotonic() - started, resumed_after=done_before)


def _tell(cases: CaseReader, teller: Teller, writer: Writer, progress: Progress) -> None:
    line_done, cases_done = writer.run.line_done, writer.run.cases_done
    if not cases_done and not line_done:
        writer.batch.notes += [Note(1, "", "noted", "duplicate_column", column) for column in cases.table.duplicates]
    seen = 0
    for found in cases:
        batch = writer.batch
        if isinstance(found, Note):
            if found.line > line_done:
                batch.rows += 1
                batch.notes.append(found)
                batch.last_line = found.line
            continue
        seen += 1
        if seen <= cases_done:
            continue
        told = teller.tell(found)
        batch.add(told.history, len(found.rows), told.notes)
        batch.last_line = max(batch.last_line, found.rows[-1].line)
        if writer.write_if_full(RECORDS_A_BATCH):
            progress(writer.run.cases_done, cases.case_count)
    writer.write(is_last=True)


def _found(settings: Settings) -> None:
    """An empty house gets its usual states first, so that history uses them."""
    database = Database(settings.database_url, most_connections=1)
    try:
        with database.transaction() as session:
            found_company(session)
    finally:
        database.close()
