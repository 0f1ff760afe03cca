"""A file on its way out: written whole, in little memory, before anybody who reads slowly gets the first of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import IO

MOST_IN_MEMORY = 4 * 2**20
CHUNK = 2**18


class Spool:
    """Write into `file`; then hand `chunks()` out. What nobody reads to its end goes with the object."""

    def __init__(self) -> None:
        self.file: IO[bytes] = SpooledTemporaryFile(MOST_IN_MEMORY)  # noqa: SIM115 — it outlives this function
        self.size_bytes = 0

    def chunks(self) -> Iterator[bytes]:
        """All that was written."""
        with self.file:
            while chunk := self.file.read(CHUNK):
                yield chunk


@contextmanager
def spooling() -> Iterator[Spool]:
    """A spool to write into; afterwards it stands at its beginning. A failure leaves nothing behind."""
    spool = Spool()
    try:
        yield spool
        spool.size_bytes = spool.file.tell()
        spool.file.seek(0)
    except BaseException:
        spool.file.close()
        raise
