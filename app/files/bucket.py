"""Contents in a bucket of any S3 API, through obstore (docs/decisions/0060): streamed both ways, bounded in memory."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import S3Store

from app.files.folder import HASH
from app.files.store import CHUNK_BYTES, ContentMissing
from core.errors import Unavailable
from core.settings import Settings


class Bucket:
    """A store in S3. An object appears whole or not at all; the server answers when it is durable."""

    def __init__(self, settings: Settings) -> None:
        place = urlsplit(settings.files_path)
        known = {
            "region": settings.files_region,
            "endpoint": settings.files_endpoint,
            "access_key_id": settings.files_key_id,
            "secret_access_key": settings.files_key_secret,
        }
        self._incoming = settings.incoming_path  # /tmp may be memory
        self._store = S3Store(
            place.netloc,
            prefix=place.path.strip("/") or None,
            config={name: value for name, value in known.items() if value},  # type: ignore[arg-type]
            client_options={"allow_http": settings.files_endpoint.startswith("http://"), "connect_timeout": "3s"},
            retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=15)},
        )

    def put(self, sha256: str, path: Path) -> None:
        """Send it, in parts if it is large."""
        with _told():
            obstore.put(self._store, _checked(sha256), path)

    def has(self, sha256: str) -> bool:
        """Whether it is there."""
        with _told():
            try:
                obstore.head(self._store, _checked(sha256))
            except (NotFoundError, FileNotFoundError):
                return False
            return True

    def read(self, sha256: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes in pieces, as they come."""
        if end is not None and end <= start:
            return
        with _told():
            try:
                found = obstore.get(self._store, _checked(sha256), options=_range(start, end))
            except (NotFoundError, FileNotFoundError):
                raise ContentMissing(sha256) from None
            for piece in found.stream(min_chunk_size=CHUNK_BYTES):
                yield bytes(piece)

    @contextmanager
    def local(self, sha256: str) -> Iterator[Path]:
        """A copy of it, gone after the block."""
        self._incoming.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self._incoming, suffix=".part") as copy:
            for piece in self.read(sha256):
                copy.write(piece)
            copy.flush()
            yield Path(copy.name)

    def remove(self, sha256: str) -> None:
        """Let go of it."""
        with _told():
            try:
                obstore.delete(self._store, _checked(sha256))
            except (NotFoundError, FileNotFoundError):
                return

    def everything(self) -> Iterator[tuple[str, datetime]]:
        """Each content below our prefix."""
        with _told():
            for page in obstore.list(self._store):
                for thing in page:
                    if HASH.fullmatch(thing["path"]):
                        yield thing["path"], thing["last_modified"]


def _range(start: int, end: int | None) -> "obstore.GetOptions":
    if end is not None:
        return {"range": (start, end)}
    return {"range": {"offset": start}} if start else {}


def _checked(sha256: str) -> str:
    if not HASH.fullmatch(sha256):
        raise ValueError(f"{sha256!r} is no SHA-256")
    return sha256


@contextmanager
def _told() -> Iterator[None]:
    """A store that is away is told of in one sentence; waiting can help."""
    try:
        yield
    except BaseError as error:
        raise Unavailable("The store for files cannot be reached; try again in a moment.", retry_after_seconds=5) from (
            error
        )
