"""Contents in a folder: `ab/abcd…`, written aside, synced, then renamed."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from app.files.store import CHUNK_BYTES, ContentMissing
from core.ids import new_id
from etl.failpoint import failpoint

HASH = re.compile(r"[0-9a-f]{64}")


class Folder:
    """A store in the file system. Its folder is never served: reading goes through rights."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, sha256: str, path: Path) -> None:
        """Write aside, sync the bytes, rename, sync the folder: a crash leaves an old file, a new file or a `.part`."""
        place = self._place(sha256)
        place.parent.mkdir(parents=True, exist_ok=True)
        aside = place.parent / f"{new_id().hex}.part"
        try:
            with path.open("rb") as source, aside.open("wb") as copy:
                shutil.copyfileobj(source, copy, CHUNK_BYTES)
                copy.flush()
                os.fsync(copy.fileno())
            failpoint("files.before_rename")
            aside.rename(place)
        finally:
            aside.unlink(missing_ok=True)
        for folder in (place.parent, self.root):
            _sync(folder)

    def has(self, sha256: str) -> bool:
        """Whether it is there."""
        return self._place(sha256).is_file()

    def read(self, sha256: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes in pieces."""
        try:
            file = self._place(sha256).open("rb")
        except FileNotFoundError:
            raise ContentMissing(sha256) from None
        with file:
            file.seek(start)
            left = end - start if end is not None else None
            while piece := file.read(CHUNK_BYTES if left is None else min(CHUNK_BYTES, left)):
                left = left - len(piece) if left is not None else None
                yield piece

    @contextmanager
    def local(self, sha256: str) -> Iterator[Path]:
        """The file itself: not to be written to."""
        if not self.has(sha256):
            raise ContentMissing(sha256)
        yield self._place(sha256)

    def remove(self, sha256: str) -> None:
        """Let go of it."""
        self._place(sha256).unlink(missing_ok=True)

    def everything(self) -> Iterator[tuple[str, datetime]]:
        """Each content; what a crash left aside a day ago is cleaned away on the way."""
        for path in self.root.glob("??/*"):
            with suppress(FileNotFoundError):
                written_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
                if HASH.fullmatch(path.name):
                    yield path.name, written_at
                elif path.suffix == ".part" and (datetime.now(UTC) - written_at).days >= 1:
                    path.unlink(missing_ok=True)

    def _place(self, sha256: str) -> Path:
        if not HASH.fullmatch(sha256):
            raise ValueError(f"{sha256!r} is no SHA-256")
        return self.root / sha256[:2] / sha256


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
