"""Passwords: argon2id, and what a good one is (OWASP ASVS 5.0, chapter 6; NIST SP 800-63B)."""

import secrets
import string
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core.errors import Invalid

LEAST_CHARS = 12
MOST_CHARS = 200
LEAST_DIFFERENT_CHARS = 6

_hasher = PasswordHasher(time_cost=2, memory_cost=64 * 1024, parallelism=1)
_at_once = BoundedSemaphore(2)
"""Each hash takes 64 MiB for some 80 ms: a crowd at the door must not take all memory."""


class WeakPassword(Invalid):
    """The password is too easy to guess."""

    code = "weak_password"


def hash_password(password: str) -> str:
    """What is kept of a password."""
    with _at_once:
        return _hasher.hash(password)


@cache
def _nobody() -> str:
    """A hash that no password has. Most processes never look at one, so it is made for the first who signs in."""
    return _hasher.hash(secrets.token_urlsafe(32))


def is_right(password: str, password_hash: str | None) -> bool:
    """Whether this is the password. Takes as long where there is none: nobody learns whom we know."""
    with _at_once:
        nobody = _nobody()
        try:
            return _hasher.verify(password_hash or nobody, password) and password_hash is not None
        except (VerificationError, InvalidHashError):
            return False


def must_be_good(password: str, *about: str) -> None:
    """Refuse what is short, monotonous, or made of what is known `about` the person (name, address, company)."""
    if len(password) < LEAST_CHARS:
        raise WeakPassword(f"Take at least {LEAST_CHARS} characters; a few unrelated words are easy to keep.")
    if len(set(password)) < LEAST_DIFFERENT_CHARS:
        raise WeakPassword("This repeats itself; take something less regular.")
    lower = password.lower()
    for known in about:
        for word in known.lower().replace("@", " ").split():
            if len(word) >= 4 and word in lower and len(lower) - len(word) < LEAST_CHARS - 4:
                raise WeakPassword("This is mostly your own name or address; take something that nobody can look up.")


def new_password() -> str:
    """A password that nobody can guess and most can type: four groups, about 95 bits."""
    letters = string.ascii_lowercase.replace("l", "") + "23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(5)) for _ in range(4))
