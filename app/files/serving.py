"""Sending contents so that no browser can be made to run them (RELIABILITY.md S-23, S-30).

What people sent is downloaded; only what we made of it (views.py) is shown. One range at most: asked for several, we
send the whole, as RFC 9110 allows.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import chain
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse

from app.files.store import Store
from core.errors import Refusal

SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
PLAIN = re.compile(r"[^A-Za-z0-9._ -]")


class RangeNotThere(Refusal):
    """The range begins behind the end."""

    status = 416
    code = "range_not_there"

    def __init__(self, size_bytes: int) -> None:
        super().__init__(f"The file has {size_bytes} bytes; ask for a range inside.", size_bytes=size_bytes)


def send(
    store: Store,
    sha256: str,
    size_bytes: int,
    media_type: str,
    *,
    download_as: str | None,
    wanted: str | None = None,
    known: str | None = None,
    if_range: str | None = None,
) -> Response:
    """A content, or the one range `wanted` of it, or 304 if the asker has it. `download_as` None: show it."""
    headers = _headers(sha256, download_as)
    if known and _is_known(headers["ETag"], known):
        return Response(status_code=304, headers=headers)
    span = _range(wanted, size_bytes) if if_range in (None, headers["ETag"]) else None
    start, end = span or (0, size_bytes)
    if span:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size_bytes}"
    headers["Content-Length"] = str(end - start)
    body = _begun(store.read(sha256, start, end))
    return StreamingResponse(body, 206 if span else 200, headers, media_type)


def disposition(name: str) -> str:
    """RFC 6266: a plain name for old programs and the true one in UTF-8, without paths and invisible letters."""
    last = re.split(r"[/\\]", name)[-1]
    shown = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C").strip(" .") or "file"
    return f"attachment; filename=\"{PLAIN.sub('_', shown)}\"; filename*=UTF-8''{quote(shown, safe='')}"


def _headers(sha256: str, download_as: str | None) -> dict[str, str]:
    return {
        "ETag": f'"{sha256}"',
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
        "Content-Security-Policy": SANDBOX,
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": "inline" if download_as is None else disposition(download_as),
    }


def _is_known(tag: str, known: str) -> bool:
    """Whether `If-None-Match` names it. (An expression that skips spaces would take minutes for 60 kB of them.)"""
    return known.strip() == "*" or tag in (one.strip().removeprefix("W/") for one in known.split(","))


def _range(wanted: str | None, size_bytes: int) -> tuple[int, int] | None:
    """The range as [start, end), or None for the whole: for none, for several, and for what is no range at all."""
    match = RANGE.fullmatch(wanted.strip()) if wanted and len(wanted) < 100 else None
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if first == "":
        start, end = max(size_bytes - int(last), 0), size_bytes
    else:
        start, end = int(first), min(int(last) + 1 if last else size_bytes, size_bytes)
        if last and int(last) < start:
            return None
    if start >= size_bytes or start >= end:
        raise RangeNotThere(size_bytes)
    return start, end


def _begun(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces, the first of them fetched already: a store that is away is a clear answer, not half of one."""
    first = next(pieces, b"")
    return chain([first], pieces)
