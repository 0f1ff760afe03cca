"""Field types that request models share: text that Postgres can keep, names, time zones."""

from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field

_ZONES = frozenset(available_timezones())


def storable(text: str) -> str:
    """Postgres keeps no NUL character; say so here rather than fail there."""
    if "\x00" in text:
        raise ValueError("The NUL character cannot be kept; remove it.")
    return text


def spoken(text: str) -> str:
    """Text that says something: more than white space."""
    if not text.strip():
        raise ValueError("Write something: this text is empty.")
    return storable(text)


def zone(name: str) -> str:
    """A time zone by its IANA name."""
    if name not in _ZONES:
        raise ValueError("This is no IANA time zone, such as Europe/Berlin.")
    return name


Text = Annotated[str, AfterValidator(storable)]
Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(spoken)]
Short = Annotated[str, Field(min_length=1, max_length=50), AfterValidator(spoken)]
Email = Annotated[
    str,
    Field(max_length=320, pattern=r"^[^\s@\x00]{1,64}@[^\s@\x00]{1,255}$", description="Kept in lower case."),
]
Zone = Annotated[str, Field(max_length=64), AfterValidator(zone)]
