"""The virus scanner clamd, over its socket: INSTREAM, one content a connection (man clamd, "COMMANDS")."""

import socket
import struct
from collections.abc import Iterable
from contextlib import suppress

from core.errors import Unavailable

SECONDS = 60
LONGEST_ANSWER = 4096


TOO_LARGE = "INSTREAM size limit exceeded"


class TooLargeToScan(Exception):
    """The content is longer than clamd takes (`StreamMaxLength`), today and whenever it is asked again."""


class ScannerAway(Unavailable):
    """clamd does not answer, or cannot scan."""

    code = "scanner_away"


def finding(address: str, pieces: Iterable[bytes]) -> str:
    """What clamd calls the content; empty: it found nothing. `address` is host:port or the path of a socket."""
    try:
        with _connected(address) as link:
            with suppress(BrokenPipeError, ConnectionResetError):  # clamd hangs up on what is too long, and has said so
                _send(link, pieces)
            answer = _answer(link)
    except OSError as error:
        raise ScannerAway(f"The virus scanner at {address} does not answer.") from error
    if answer == "stream: OK":
        return ""
    if answer.startswith(TOO_LARGE):
        raise TooLargeToScan
    if answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND")[:255]
    raise ScannerAway(f"The virus scanner could not scan: {answer[:200]}")


def signatures(address: str) -> str:
    """What clamd is and knows, as it says itself: another text after each update of its signatures."""
    try:
        with _connected(address) as link:
            link.sendall(b"zVERSION\0")
            answer = _answer(link)
    except OSError as error:
        raise ScannerAway(f"The virus scanner at {address} does not answer.") from error
    if not answer.startswith("ClamAV"):
        raise ScannerAway(f"The virus scanner says no version: {answer[:200]}")
    return answer[:100]


def _send(link: socket.socket, pieces: Iterable[bytes]) -> None:
    link.sendall(b"zINSTREAM\0")
    for piece in pieces:
        if piece:
            link.sendall(struct.pack("!I", len(piece)) + piece)
    link.sendall(struct.pack("!I", 0))


def _connected(address: str) -> socket.socket:
    if address.startswith("/"):
        link = socket.socket(socket.AF_UNIX)
        try:
            link.settimeout(SECONDS)
            link.connect(address)
        except OSError:
            link.close()
            raise
        return link
    host, _, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=SECONDS)


def _answer(link: socket.socket) -> str:
    said = b""
    while len(said) < LONGEST_ANSWER and not said.endswith(b"\0") and (piece := link.recv(LONGEST_ANSWER)):
        said += piece
    return said.rstrip(b"\0").decode("utf-8", "replace").strip()
