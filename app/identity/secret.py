"""Secrets of sessions and tokens: 256 random bits, of which we keep a SHA-256 only."""

import hashlib
import secrets

TOKEN_MARK = "cq_"  # noqa: S105 — what every token begins with, so that scanners find leaked ones


def new_secret() -> str:
    """256 random bits, as text for a cookie or a header."""
    return secrets.token_urlsafe(32)


def hashed(secret: str) -> bytes:
    """What is kept. The bits are random, so a fast hash is enough."""
    return hashlib.sha256(secret.encode()).digest()
