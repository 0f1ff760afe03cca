"""Asking the virus scanner: once for each new content, and again for old ones when it has learnt something.

A content that is too long for the scanner is held back or handed out, as the house has set it; it never waits for ever.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import psycopg
from psycopg.rows import class_row

from app.files import clamd
from app.files.file import File, State
from app.files.store import ContentMissing, open_store
from core import clock, log
from core.actor import SYSTEM
from core.events import Event, FileRead, FileScanned
from core.ledger import insertion, insertion_values, wrap
from core.settings import Settings

LOCK = 0x434C5153  # "CLQS"
TOO_LARGE = "too large to scan"
WHAT = "sha256, size_bytes, media_type, state, finding, read_at, scanned_with, scanned_at, unused_since, created_at"
OUTDATED = f"""
    select {WHAT}
    from file
    where state <> 'pending' and scanned_with is distinct from %s
    order by created_at desc
    limit 1000
"""
"""The newest first: what somebody has just sent is opened most."""
SPENT = (
    "select coalesce(sum(size_bytes), 0) from file where scanned_at > %s and created_at < scanned_at - interval '1 h'"
)
ATTACHED = "select id from attachment where sha256 = %s and message_id is not null order by id"

logger = log.get(__name__)
Connection = psycopg.Connection[Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a content."""

    state: State
    finding: str = ""
    scanned_with: str | None = None


def verdict(settings: Settings, content: File, knows: str) -> Verdict:
    """Ask the scanner. Raises `ScannerAway` or `ContentMissing`: then the content stays as it is."""
    try:
        found = clamd.finding(settings.clamd, open_store(settings).read(content.sha256))
    except clamd.TooLargeToScan:
        held = settings.too_large_to_scan == "hold"
        return Verdict("unscanned" if held else "kept", TOO_LARGE, knows)
    return Verdict("quarantined" if found else "kept", found, knows)


def settle(connection: Connection, content: File, found: Verdict) -> None:
    """Write it down and tell it; if what may be read of the content changes, search looks at its tickets again."""
    with connection.transaction():
        connection.execute(
            "update file set state = %s, finding = %s, scanned_with = %s, scanned_at = %s where sha256 = %s",
            (found.state, found.finding, found.scanned_with, clock.now(), content.sha256),
        )
        told: list[Event] = []
        if found.scanned_with and (content.state, content.finding) != (found.state, found.finding):
            infected, large = found.state == "quarantined", found.finding == TOO_LARGE
            told.append(FileScanned(sha256=content.sha256, is_infected=infected, is_too_large=large))
        if content.state not in ("pending", found.state):
            rows = connection.execute(ATTACHED, (content.sha256,)).fetchall()
            told += [FileRead(attachment_id=row[0], sha256=content.sha256, chars=0) for row in rows]
        tell(connection, told)


def rescan(settings: Settings) -> dict[str, int]:
    """Scan old contents that the scanner has not seen with what it knows now, as many as an hour's budget allows."""
    if not settings.clamd:
        return {"rescanned": 0, "bytes": 0}
    with psycopg.connect(settings.database_url, connect_timeout=3, autocommit=True) as connection:
        if connection.execute("select pg_try_advisory_lock(%s)", (LOCK,)).fetchone() != (True,):
            return {"rescanned": 0, "bytes": 0}
        try:
            return _rescanned(connection, settings, clamd.signatures(settings.clamd))
        except clamd.ScannerAway as trouble:
            logger.warning("old files wait for their scan", reason=trouble.sentence)
            return {"rescanned": 0, "bytes": 0}


def tell(connection: Connection, events: Sequence[Event]) -> None:
    """Write events of the platform itself."""
    if events:
        envelopes = [wrap(event, SYSTEM, source="system") for event in events]
        connection.execute(insertion(len(envelopes)), insertion_values(envelopes))


def _rescanned(connection: Connection, settings: Settings, knows: str) -> dict[str, int]:
    (spent,) = connection.execute(SPENT, (clock.now() - timedelta(hours=1),)).fetchone() or (0,)
    left, count, size = settings.rescan_mb_per_hour * 1024 * 1024 - int(spent), 0, 0
    with connection.cursor(row_factory=class_row(File)) as cursor:
        outdated = cursor.execute(OUTDATED, (knows,)).fetchall()
    for content in outdated:
        if left <= 0:
            break
        try:
            settle(connection, content, verdict(settings, content, knows))
        except ContentMissing as trouble:
            logger.warning("a content cannot be scanned again", sha256=content.sha256, reason=trouble.sentence)
            continue
        left, count, size = left - content.size_bytes, count + 1, size + content.size_bytes
    return {"rescanned": count, "bytes": size}
