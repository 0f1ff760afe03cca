"""ASGI middleware: brotli or gzip for what is text. What is cached for a year is compressed once and kept."""

import asyncio
import gzip
from collections.abc import MutableMapping
from typing import Any

import brotli  # type: ignore[import-untyped]
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SMALLEST = 600
KEPT: dict[tuple[str, str], bytes] = {}
"""(path, encoding) → body, of fingerprinted files only: a path whose content can never change."""
KEPT_FILES = 300
TEXT = ("text/", "application/json", "application/problem+json", "application/javascript", "image/svg+xml")


def squeeze(body: bytes, encoding: str, *, forever: bool) -> bytes:
    """The body in that encoding; what is kept may cost more."""
    if encoding == "br":
        squeezed: bytes = brotli.compress(body, quality=9 if forever else 4)
        return squeezed
    return gzip.compress(body, compresslevel=9 if forever else 5, mtime=0)


def best_encoding(accept: str) -> str | None:
    """The better of the two that the browser takes."""
    offered = {
        part.split(";")[0].strip() for part in accept.split(",") if "q=0" not in part.replace(" ", "").split(";")
    }
    return next((name for name in ("br", "gzip") if name in offered), None)


class Compress:
    """Compresses whole answers; streams (events, exports) pass untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        encoding = best_encoding(Headers(scope=scope).get("accept-encoding", "")) if scope["type"] == "http" else None
        if encoding is None or scope["method"] == "HEAD":
            await self.app(scope, receive, send)
            return
        await self.app(scope, receive, _Squeezer(scope["path"], encoding, send))


class _Squeezer:
    """Holds back the start of an answer until its body shows whether compressing pays."""

    def __init__(self, path: str, encoding: str, send: Send) -> None:
        self.path, self.encoding, self.send = path, encoding, send
        self.start: MutableMapping[str, Any] | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_text(Headers(raw=message["headers"])):
            self.start = message
        elif message["type"] == "http.response.body" and self.start is not None:
            start, self.start = self.start, None
            await self._body(start, message)
        else:
            await self.send(message)

    async def _body(self, start: MutableMapping[str, Any], message: Message) -> None:
        body, headers = message.get("body", b""), MutableHeaders(raw=start["headers"])
        headers.add_vary_header("Accept-Encoding")
        if not message.get("more_body", False) and len(body) >= SMALLEST:
            message = {
                **message,
                "body": await self._squeezed(body, "max-age=31536000" in headers.get("cache-control", "")),
            }
            headers["Content-Encoding"] = self.encoding
            headers["Content-Length"] = str(len(message["body"]))
        await self.send({**start, "headers": headers.raw})
        await self.send(message)

    async def _squeezed(self, body: bytes, forever: bool) -> bytes:
        if not forever:
            return squeeze(body, self.encoding, forever=False)
        key = (self.path, self.encoding)
        if key not in KEPT:
            if len(KEPT) >= KEPT_FILES:
                KEPT.clear()
            KEPT[key] = await asyncio.to_thread(squeeze, body, self.encoding, forever=True)
        return KEPT[key]


def _is_text(headers: Headers) -> bool:
    kind = headers.get("content-type", "")
    return kind.startswith(TEXT) and not kind.startswith("text/event-stream") and "content-encoding" not in headers
