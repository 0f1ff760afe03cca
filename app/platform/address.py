"""The address that the web server listens on."""

import errno
import socket
from http.client import HTTPConnection, HTTPException

from core.errors import Refusal

ANYWHERE = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 — names of it, not a binding


class PortTaken(Refusal):
    """Something else listens there."""

    status = 409
    code = "port_taken"


class AddressUnusable(Refusal):
    """The host or port cannot be listened on."""

    status = 500
    code = "address_unusable"


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens already, so that nobody can take the port while the rest comes up.

    The supervisor keeps it: while the web server restarts, browsers wait in line instead of being refused.
    """
    try:
        family = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0][0]
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as trouble:
        raise _refusal(host, port, trouble) from trouble


def url(bound: socket.socket) -> str:
    """Where a browser on this machine finds it."""
    return place(*bound.getsockname()[:2])


def place(host: str, port: int) -> str:
    """The address for a browser on this machine of a server that listens on `host`, which may be everywhere."""
    name = ANYWHERE.get(host, host)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def answers(address: str, path: str, timeout_seconds: float = 5) -> bool:
    """Whether a GET there is answered well."""
    connection = HTTPConnection(address.removeprefix("http://"), timeout=timeout_seconds)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _refusal(host: str, port: int, trouble: OSError) -> Refusal:
    if trouble.errno == errno.EADDRINUSE:
        return PortTaken(f"Port {port} on {host} is taken by another program: choose another with --port.")
    if trouble.errno == errno.EACCES:
        return AddressUnusable(f"Port {port} needs special rights: choose one above 1023, such as --port 8600")
    return AddressUnusable(f"Cannot listen on {host} port {port}: {trouble.strerror or trouble}")
