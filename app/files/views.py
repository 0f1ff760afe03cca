"""Safe views: pictures and text, made of a content by a process of its own, kept in the store by their own hash."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import BoundedSemaphore
from typing import Literal

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.db import Database
from app.files.file import File, FileView
from app.files.keeping import LOCK
from app.files.media import IMAGES, OTHER, PDF, TEXT
from app.files.spool import Spool, spool
from app.files.store import Store, open_store
from core import clock
from core.errors import NotFound, Unavailable
from core.settings import Settings

Kind = Literal["thumbnail", "image"]
PICTURE_TYPE = "image/webp"
PICTURED = IMAGES | {PDF}
"""What we make pictures of."""
READ = frozenset({TEXT, PDF, OTHER})
"""What we take text out of: among the others are office files and markup, which have no type of their own here."""

PROGRAM = Path(__file__).with_name("decode.py")
SECONDS = 20
AT_ONCE = 2
PATIENCE_SECONDS = 10
_turns = BoundedSemaphore(AT_ONCE)


class NoView(NotFound):
    """There is nothing to show of this file."""

    code = "no_view"

    def __init__(self) -> None:
        super().__init__("There is no preview of this file; download it instead.")


def view_of(database: Database, settings: Settings, content: File, kind: Kind) -> FileView:
    """The view, made if nobody asked for it before. `NoView` for what has none."""
    if content.media_type not in PICTURED:
        raise NoView
    with database.reading() as session:
        found = session.get(FileView, (content.sha256, kind))
    found = found or _made(database, settings, content, kind)
    if found.view_sha256 is None:
        raise NoView
    return found


@contextmanager
def decoded(settings: Settings, store: Store, content: File, kind: str) -> Iterator[Spool | None]:
    """What decode.py makes of a content; None: nothing. It has its own limits; we only wait so long for it."""
    if not _turns.acquire(timeout=PATIENCE_SECONDS):
        raise Unavailable("Too many previews are being made; try again in a moment.", retry_after_seconds=5)
    try:
        with spool(settings) as came, store.local(content.sha256) as path:
            made = came.path.with_name(f"{came.path.stem}-made.part")
            try:
                is_made = _run(kind, path, content.media_type, made)
                for piece in _pieces(made) if is_made else ():
                    came.write(piece)
                came.finish()
                yield came if is_made else None
            finally:
                made.unlink(missing_ok=True)
    finally:
        _turns.release()


def _run(kind: str, path: Path, media_type: str, made: Path) -> bool:
    command = [sys.executable, "-I", str(PROGRAM), kind, str(path.resolve()), media_type]
    with made.open("wb") as out:
        try:
            ended = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.DEVNULL,
                timeout=SECONDS, env={}, cwd="/", check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return False
    return ended.returncode == 0 and made.stat().st_size > 0


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(65536):
            yield piece


def _made(database: Database, settings: Settings, content: File, kind: Kind) -> FileView:
    store = open_store(settings)
    with decoded(settings, store, content, kind) as came:
        if came is not None:
            store.put(came.sha256, came.path)
        with database.transaction() as session:
            return _told(session, store, content, kind, came)


def _told(session: Session, store: Store, content: File, kind: Kind, came: Spool | None) -> FileView:
    """The row of the view: after its content, under the lock that upkeep takes, too (keeping.py)."""
    view = FileView(
        sha256=content.sha256,
        kind=kind,
        view_sha256=came.sha256 if came else None,
        size_bytes=came.size_bytes if came else 0,
        created_at=clock.now(),
    )
    if came is not None:
        session.connection().exec_driver_sql(LOCK, (came.sha256,))
        if not store.has(came.sha256):
            store.put(came.sha256, came.path)
    session.execute(insert(FileView).values(**view.model_dump()).on_conflict_do_nothing())
    return view
