"""Fetching a feed that somebody gave the address of: only from the public internet, only so much, only for so long.

The name is looked up once and every address checked; we connect to the address that was checked, so that a second
look-up cannot lead elsewhere. Redirects are followed a few times and checked like the first address.
"""

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable
from urllib.parse import SplitResult, urljoin, urlsplit

from app.calendars.feed import MOST_BYTES
from core.errors import Conflict, Unavailable

SECONDS = 10.0
LONGEST_SECONDS = 30.0
MOST_REDIRECTS = 3
PIECE = 65_536

Allowed = Callable[[str], bool]


class AddressNotAllowed(Conflict):
    """An address that we do not fetch from."""

    code = "address_not_allowed"


class FeedAway(Unavailable):
    """The feed did not come."""

    code = "feed_away"


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet: not to us, our network or our provider's insides."""
    found = ipaddress.ip_address(address)
    mapped = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    return found.is_global and not found.is_multicast and (mapped is None or mapped.is_global)


def parts_of(address: str) -> SplitResult:
    """The parts of an address that may be fetched, or a refusal."""
    try:
        parts = urlsplit(address.replace("webcal://", "https://", 1))
        is_fit = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError as error:
        raise AddressNotAllowed("This is no address of a feed; write one such as https://example.com/a.ics.") from error
    if not is_fit or parts.username is not None or not address.isascii() or any(one <= " " for one in address):
        raise AddressNotAllowed("This is no address of a feed; write one such as https://example.com/a.ics.")
    return parts


def fetch(address: str, *, allowed: Allowed = is_public) -> bytes:
    """What stands there. Raises `AddressNotAllowed`, or `FeedAway` for what may pass by itself."""
    deadline = time.monotonic() + LONGEST_SECONDS
    for _ in range(MOST_REDIRECTS + 1):
        parts = parts_of(address)
        try:
            answer = _asked(parts, _address_of(parts, allowed))
            if answer.status in (301, 302, 303, 307, 308) and (onward := answer.headers["Location"]):
                address = urljoin(parts.geturl(), onward)
                continue
            if answer.status != http.client.OK:
                raise FeedAway(f"The feed's server answered {answer.status}.")
            return _read(answer, deadline)
        except (OSError, UnicodeError, http.client.HTTPException) as trouble:
            raise FeedAway("The feed's server does not answer as it should.") from trouble
    raise FeedAway("The feed's server sends us from address to address.")


def _address_of(parts: SplitResult, allowed: Allowed) -> tuple[str, int]:
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = {info[4][0] for info in socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)}
    addresses = sorted(str(one) for one in found)
    if not addresses or not all(allowed(one) for one in addresses):
        raise AddressNotAllowed("Feeds are fetched from the public internet only, and this address leads elsewhere.")
    return addresses[0], port


def _asked(parts: SplitResult, place: tuple[str, int]) -> http.client.HTTPResponse:
    link: http.client.HTTPConnection = http.client.HTTPConnection(str(parts.hostname), place[1], timeout=SECONDS)
    plain = socket.create_connection(place, timeout=SECONDS)
    if parts.scheme == "https":
        plain = ssl.create_default_context().wrap_socket(plain, server_hostname=parts.hostname)
    link.sock = plain
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    link.request("GET", target, headers={"Accept": "text/calendar, */*;q=0.1", "Connection": "close"})
    return link.getresponse()


def _read(answer: http.client.HTTPResponse, deadline: float) -> bytes:
    content = b""
    while piece := answer.read1(PIECE):
        content += piece
        if len(content) > MOST_BYTES:
            raise FeedAway(f"The feed is longer than {MOST_BYTES // 1024} KiB.")
        if time.monotonic() > deadline:
            raise FeedAway("The feed's server is too slow.")
    return content
