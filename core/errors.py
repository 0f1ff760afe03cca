"""Refusals: what people are told when we will not do a thing. Surprises are not refusals: they crash."""

from typing import Any, ClassVar


class Refusal(Exception):
    """An expected no: an HTTP status, a stable code for programs and one sentence for people.

    Subclasses set `status` and `code`; the sentence says what is wrong and what to do about it.
    `details` are machine-readable extras that go into the RFC 9457 problem document.
    """

    status: ClassVar[int] = 400
    code: ClassVar[str] = "refused"

    def __init__(self, sentence: str, **details: Any) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.details = details


class NotFound(Refusal):
    """There is no such thing, or the asker may not know that there is (the two look alike)."""

    status = 404
    code = "not_found"


class NotAllowed(Refusal):
    """The asker may see the thing but not do this to it."""

    status = 403
    code = "not_allowed"


class NotSignedIn(Refusal):
    """Nobody is signed in, or the session or token has ended."""

    status = 401
    code = "not_signed_in"


class Invalid(Refusal):
    """What was sent cannot be understood or breaks a rule of form."""

    status = 422
    code = "invalid"


class Conflict(Refusal):
    """The thing is not in the state that this needs."""

    status = 409
    code = "conflict"


class VersionMismatch(Refusal):
    """Somebody changed the ticket since the asker last read it (`If-Match`)."""

    status = 412
    code = "version_mismatch"


class Unavailable(Refusal):
    """A part of the platform is away for now; trying again later can help."""

    status = 503
    code = "unavailable"
