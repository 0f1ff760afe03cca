"""Time-ordered ids (UUID version 7, RFC 9562), so that indexes grow at one end."""

import os
import time
from datetime import datetime
from hashlib import sha1
from uuid import UUID

NAMESPACE = UUID("5b0f64c8-9d5e-5a57-9a6b-2b7a1f6a4c11")


def new_id(instant: datetime | None = None) -> UUID:
    """A UUIDv7 of this millisecond, or of `instant` for history that is entered late."""
    milliseconds = int(instant.timestamp() * 1000) if instant else time.time_ns() // 1_000_000
    value = (max(milliseconds, 0) << 80) | int.from_bytes(os.urandom(10), "big")
    return UUID(int=value & ~(0xF << 76) & ~(0x3 << 62) | (0x7 << 76) | (0x2 << 62))


def id_from(*parts: str) -> UUID:
    """The same UUID (version 5) for the same words: how an import stays idempotent."""
    digest = sha1(NAMESPACE.bytes + "\x1f".join(parts).encode(), usedforsecurity=False).digest()
    value = int.from_bytes(digest[:16])
    return UUID(int=value & ~(0xF << 76) & ~(0x3 << 62) | (0x5 << 76) | (0x2 << 62))
