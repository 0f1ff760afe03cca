"""The virus scanner clamd, over its socket: INSTREAM, one content a connection (man clamd, "COMMANDS")."""

import socket
import struct
from collections.abc import Iterable

from core.errors import Unavailable

SECONDS = 60
LONGEST_ANSWER = 4096


class ScannerAway(Unavailable):
    """clamd does not answer, or cannot scan."""

    code = "scanner_away"


def finding(address: str, pieces: Iterable[bytes]) -> str:
    """What clamd calls the content; empty: it found nothing. `address` is host:port or the path of a socket."""
    try:
        with _connected(address) as link:
            link.sendall(b"zINSTREAM\0")
            for piece in pieces:
                if piece:
                    link.sendall(struct.pack("!I", len(piece)) + piece)
            link.sendall(struct.pack("!I", 0))
            answer = _answer(link)
    except OSError as error:
        raise ScannerAway(f"The virus scanner at {address} does not answer.") from error
    if answer == "stream: OK":
        return ""
    if answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND")[:255]
    raise ScannerAway(f"The virus scanner could not scan: {answer[:200]}")


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
