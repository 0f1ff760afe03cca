"""An upload while it comes in: on disk, hashed as it is written, never more than a piece of it in memory."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import IO, Any

from app.files.media import HEAD_BYTES, media_type
from core.errors import Refusal
from core.ids import new_id
from core.settings import Settings

MIB = 1024 * 1024


class FileTooLarge(Refusal):
    """The file is larger than the house takes."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "file_too_large"

    def __init__(self, most_mb: int) -> None:
        super().__init__(f"The file is too large; at most {most_mb} MiB can be sent along.", most_mb=most_mb)


@dataclass(slots=True)
class Spool:
    """What has come in so far."""

    path: Path
    most_mb: int
    _file: IO[bytes]
    size_bytes: int = 0
    _head: bytes = b""
    _hash: Any = field(default_factory=hashlib.sha256)

    def write(self, piece: bytes) -> None:
        """The next piece. `FileTooLarge` as soon as it is."""
        self.size_bytes += len(piece)
        if self.size_bytes > self.most_mb * MIB:
            raise FileTooLarge(self.most_mb)
        if len(self._head) < HEAD_BYTES:
            self._head += piece[: HEAD_BYTES - len(self._head)]
        self._hash.update(piece)
        self._file.write(piece)

    def finish(self) -> None:
        """Everything has come: other readers of the path see all of it."""
        self._file.flush()

    @property
    def sha256(self) -> str:
        """The hash of all that came in."""
        return str(self._hash.hexdigest())

    @property
    def media_type(self) -> str:
        """The type as we see it."""
        return media_type(self._head)


@contextmanager
def spool(settings: Settings) -> Iterator[Spool]:
    """A place for one upload; its file is gone after the block. What a crash leaves, upkeep removes."""
    settings.incoming_path.mkdir(parents=True, exist_ok=True)
    path = settings.incoming_path / f"{new_id().hex}.part"
    with path.open("xb") as file:
        try:
            yield Spool(path, settings.largest_file_mb, file)
        finally:
            path.unlink(missing_ok=True)
