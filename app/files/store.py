"""Where contents are kept: by SHA-256 only, so that no name from outside ever becomes a path.

One protocol, two stores: a folder and any S3 API. tests/files/test_store.py holds both to the same contract.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from core.errors import Unavailable
from core.settings import Settings

CHUNK_BYTES = 256 * 1024


class ContentMissing(Unavailable):
    """A row tells of a content that the store does not have."""

    code = "content_missing"

    def __init__(self, sha256: str) -> None:
        super().__init__("This file's content is not in the store right now; tell an administrator.", sha256=sha256)


class Store(Protocol):
    """Contents by hash. Putting one twice is putting it once; `put` returns when it would survive a power cut."""

    def put(self, sha256: str, path: Path) -> None:
        """Keep the content of a local file under its hash. Readers see all of it or nothing."""

    def has(self, sha256: str) -> bool:
        """Whether it is there."""

    def read(self, sha256: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes from `start` up to, not including, `end`, in pieces. `ContentMissing` before the first piece."""

    def local(self, sha256: str) -> AbstractContextManager[Path]:
        """The content as a local file, for programs that want one; it may be gone after the block."""

    def remove(self, sha256: str) -> None:
        """Let go of it; it need not be there."""

    def everything(self) -> Iterator[tuple[str, datetime]]:
        """Each hash that is kept, and when it was last put."""


@lru_cache(maxsize=8)
def open_store(settings: Settings) -> Store:
    """The store that the setting `files` chooses."""
    from app.files.bucket import Bucket
    from app.files.folder import Folder

    if settings.files_path.startswith("s3://"):
        return Bucket(settings)
    return Folder(Path(settings.files_path))
