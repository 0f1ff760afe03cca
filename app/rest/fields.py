"""Field types that request models share. What they refuse stands in the API's description as well, as a pattern."""

import re
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field

ZONES = sorted(available_timezones() - {"localtime", "posixrules"})
_KNOWN_ZONES = frozenset(ZONES)

SPACES = r"\x00-\x20\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
"""White space and control characters, for a character class. What `\\s` means differs: U+0085 is none in JSON Schema's
regular expressions, and the API's description must refuse what the API refuses."""

_says_something = re.compile(r"\S")
_is_time = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d")


def storable(text: str) -> str:
    """Postgres keeps no NUL character; say so here rather than fail there."""
    if "\x00" in text:
        raise ValueError("The NUL character cannot be kept; remove it.")
    return text


def spoken(text: str) -> str:
    """Text that says something: more than white space."""
    if not _says_something.search(text):
        raise ValueError("Write something: this text is empty.")
    return storable(text)


def zone(name: str) -> str:
    """A time zone by its IANA name."""
    if name not in _KNOWN_ZONES:
        raise ValueError("This is no IANA time zone, such as Europe/Berlin.")
    return name


def counted(value: object) -> object:
    """A JSON number: pydantic would also take "2" and true for one."""
    if isinstance(value, str | bool):
        raise ValueError("This must be a number.")
    return value


def timed(value: object) -> object:
    """A time as the API writes it: pydantic would also take seconds since 1970."""
    if isinstance(value, str) and not _is_time.match(value):
        raise ValueError("Write the time as 2026-01-31T09:30:00Z.")
    return value


# Limits stand before the validator: behind it pydantic leaves them out of the description.
STORABLE = {"pattern": r"^[^\u0000]*$"}
SPOKEN = {"pattern": r"^[^\u0000]*[^\s\u0000][^\u0000]*$"}
Storable = AfterValidator(storable)
"""Any text: `Annotated[str, Field(max_length=…, json_schema_extra=STORABLE), Storable]`."""
Spoken = AfterValidator(spoken)
"""Text that is not blank: with `json_schema_extra=SPOKEN`."""
Whole = BeforeValidator(counted)
"""For integers of JSON bodies, behind their limits: `Annotated[int, Field(ge=1), Whole]`. 2.0 is one, "2" is not."""

Name = Annotated[str, Field(min_length=1, max_length=200, json_schema_extra=SPOKEN), Spoken]
Short = Annotated[str, Field(min_length=1, max_length=50, json_schema_extra=SPOKEN), Spoken]
Email = Annotated[
    str,
    Field(max_length=320, pattern=rf"^[^{SPACES}@]{{1,64}}@[^{SPACES}@]{{1,255}}$", description="Kept in lower case."),
]
Zone = Annotated[str, Field(max_length=64, json_schema_extra={"enum": ZONES}), AfterValidator(zone)]
Instant = Annotated[AwareDatetime, BeforeValidator(timed)]
"""A point in time with its zone."""
