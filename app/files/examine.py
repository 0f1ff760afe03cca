"""The job that looks into new contents: first the virus scanner, then whoever takes the text out.

What is due is a row (`state`, `read_at`); the schedule comes again until nothing is. One job at a time.
"""

from typing import Any

import psycopg
from psycopg.rows import class_row

from app.files import clamd
from app.files.file import File
from app.files.scanning import ATTACHED, WHAT, Verdict, settle, tell, verdict
from app.files.store import ContentMissing, open_store
from app.files.views import READ, decoded
from core import clock, log
from core.errors import Unavailable
from core.events import FileRead
from core.settings import Settings

ONE_AT_A_TIME = 0x434C5146  # "CLQF"
AT_ONCE = 50
PENDING = f"select {WHAT} from file where state = 'pending' order by created_at limit {AT_ONCE}"
UNREAD = f"select {WHAT} from file where state = 'kept' and read_at is null order by created_at limit {AT_ONCE}"

logger = log.get(__name__)
Connection = psycopg.Connection[Any]


def examine(settings: Settings) -> dict[str, int]:
    """Look into what is due; tells how many were scanned and read."""
    with psycopg.connect(settings.database_url, connect_timeout=3, autocommit=True) as connection:
        if connection.execute("select pg_try_advisory_lock(%s)", (ONE_AT_A_TIME,)).fetchone() != (True,):
            return {"scanned": 0, "read": 0}
        scanned = sum(_scan(connection, settings, content) for content in _due(connection, PENDING))
        read = sum(_read(connection, settings, content) for content in _due(connection, UNREAD))
        return {"scanned": scanned, "read": read}


def _due(connection: Connection, question: str) -> list[File]:
    with connection.cursor(row_factory=class_row(File)) as cursor:
        return cursor.execute(question).fetchall()


def _scan(connection: Connection, settings: Settings, content: File) -> bool:
    """Ask the scanner; if it is away, the content waits. Where none is set any more, nobody waits for one."""
    try:
        found = verdict(settings, content, clamd.signatures(settings.clamd)) if settings.clamd else Verdict("kept")
    except (clamd.ScannerAway, ContentMissing) as trouble:
        logger.warning("a file waits for its scan", sha256=content.sha256, reason=trouble.sentence)
        return False
    settle(connection, content, found)
    return True


def _read(connection: Connection, settings: Settings, content: File) -> bool:
    """Take the text out, and tell of each message that has the file. The row is locked against `attaching`."""
    try:
        text = _text(settings, content) if content.media_type in READ else ""
    except Unavailable as trouble:
        logger.warning("a file waits to be read", sha256=content.sha256, reason=trouble.sentence)
        return False
    with connection.transaction():
        connection.execute("select from file where sha256 = %s for update", (content.sha256,))
        connection.execute("update file set read_at = %s where sha256 = %s", (clock.now(), content.sha256))
        if text:
            connection.execute(
                "insert into file_text (sha256, text) values (%s, %s) on conflict do nothing", (content.sha256, text)
            )
            rows = connection.execute(ATTACHED, (content.sha256,)).fetchall()
            told = [FileRead(attachment_id=row[0], sha256=content.sha256, chars=len(text)) for row in rows]
            tell(connection, told)
    return bool(text)


def _text(settings: Settings, content: File) -> str:
    with decoded(settings, open_store(settings), content, "text") as came:
        if came is None:
            return ""
        return came.path.read_text("utf-8", "ignore").replace("\0", " ").strip()
