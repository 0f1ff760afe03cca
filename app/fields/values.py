"""Values of custom fields: what people and programs send → the one text that events and rows keep → typed JSON.

The canonical text is a fixed point: normalising it again gives itself (tests/fields proves it by search).
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import TypeVar
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

from pydantic_core import SchemaError, SchemaValidator, ValidationError, core_schema

from app.fields.definition import MOST_CHARS, Definition
from core.errors import Invalid

Value = TypeVar("Value", int, Decimal, date, datetime)
Typed = str | int | float | bool | list[str]
"""A value in JSON."""

MOST_WHOLE = 2**53 - 1
MOST_DIGITS = 15
"""So many digits, JSON readers keep exactly."""
YES, NO = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


class FieldInvalid(Invalid):
    """A value that a custom field does not take. `field` in the details names it."""

    code = "field_invalid"

    def __init__(self, definition: Definition, words: str) -> None:
        super().__init__(f"{definition.label}: {words}", field=definition.key)


class Unfit(ValueError):
    """Why a text is no value of a type; the caller knows whose."""


def text_of(value: Typed | None) -> str | None:
    """What somebody sent, as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(value)
    return None if value is None else str(value)


def normalised(definition: Definition, text: str, before: str | None = None) -> str | None:
    """The canonical text of a value; None if it is empty. A retired choice may stay where it was (`before`)."""
    if not text.strip():
        return None
    try:
        value = _READERS[definition.type](definition, text.strip(), before)
    except Unfit as error:
        raise FieldInvalid(definition, str(error)) from error
    if len(value) > MOST_CHARS:
        raise FieldInvalid(definition, f"it is longer than {MOST_CHARS} characters.")
    return value


def typed(definition: Definition | None, value: str) -> Typed:
    """A canonical value as JSON. What imports brought, or older rules let in, stays text."""
    try:
        match definition.type if definition else "text":
            case "number":
                return int(value)
            case "decimal":
                return float(_decimal(value))
            case "boolean":
                return {"true": True, "false": False}.get(value, value)
            case "multi_choice":
                return value.split(",")
    except (Unfit, ValueError):
        pass
    return value


@lru_cache(maxsize=500)
def matcher(pattern: str) -> SchemaValidator:
    """A regular expression that takes linear time whatever it meets: the one that pydantic's core is built on."""
    schema = core_schema.str_schema(pattern=rf"\A(?:{pattern})\z", regex_engine="rust-regex")
    try:
        return SchemaValidator(schema)
    except SchemaError as error:
        raise Unfit("the pattern is no regular expression that we can run (look-around is none).") from error


def _text(definition: Definition, text: str, before: str | None) -> str:
    value = unicodedata.normalize("NFC", text).strip()
    if "\x00" in value:
        raise Unfit("the NUL character cannot be kept.")
    if definition.max_chars and len(value) > definition.max_chars:
        raise Unfit(f"it is longer than {definition.max_chars} characters.")
    if definition.pattern:
        try:
            matcher(definition.pattern).validate_python(value)
        except ValidationError as error:
            raise Unfit(f"it does not match the pattern {definition.pattern}.") from error
    return value


def _number(definition: Definition, text: str, before: str | None) -> str:
    if not re.fullmatch(r"[+-]?[0-9]{1,20}(\.0+)?", text):
        raise Unfit("write a whole number, such as 42.")
    value = int(Decimal(text))
    if abs(value) > MOST_WHOLE:
        raise Unfit("the number is too great.")
    _within(definition, value, lambda limit: int(Decimal(limit)))
    return str(value)


def _decimal(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise Unfit("write a number, such as 3.5.") from None
    if not value.is_finite() or not re.fullmatch(r"[+-]?[0-9.]+([eE][+-]?[0-9]{1,3})?", text):
        raise Unfit("write a number, such as 3.5.")
    digits = len(value.normalize().as_tuple().digits)
    if digits > MOST_DIGITS or not -MOST_DIGITS <= value.adjusted() <= MOST_DIGITS:
        raise Unfit(f"the number has more than {MOST_DIGITS} digits.")
    return value


def _decimal_text(definition: Definition, text: str, before: str | None) -> str:
    value = _decimal(text)
    _within(definition, value, _decimal)
    return format(value.normalize() if value else Decimal(0), "f")


def _boolean(definition: Definition, text: str, before: str | None) -> str:
    if text.lower() in YES:
        return "true"
    if text.lower() in NO:
        return "false"
    raise Unfit("choose yes or no.")


def _date(definition: Definition, text: str, before: str | None) -> str:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise Unfit("write a day as 2026-01-31.")
    try:
        value = date.fromisoformat(text)
    except ValueError:
        raise Unfit("there is no such day.") from None
    _within(definition, value, date.fromisoformat)
    return value.isoformat()


def _instant(text: str) -> datetime:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9:.]{5,15}([Zz]|[+-][0-9:]{4,6})", text):
        raise Unfit("write a time with its zone, as 2026-01-31T09:30:00Z.")
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Unfit("there is no such time.") from None


def _datetime(definition: Definition, text: str, before: str | None) -> str:
    value = _instant(text)
    _within(definition, value, _instant)
    return value.isoformat().replace("+00:00", "Z")


def _choice(definition: Definition, text: str, before: str | None) -> str:
    for choice in definition.choices:
        if choice.value == text and (choice.is_active or before == text):
            return text
    raise Unfit(f"choose one of: {', '.join(choice.value for choice in definition.choices if choice.is_active)}.")


def _multi_choice(definition: Definition, text: str, before: str | None) -> str:
    """In the order in which the choices stand: equal sets are equal texts."""
    wanted = {part.strip() for part in text.split(",")} - {""}
    had = set((before or "").split(","))
    possible = [choice.value for choice in definition.choices if choice.is_active or choice.value in had]
    if not wanted or wanted - set(possible):
        raise Unfit(f"choose from: {', '.join(possible)}.")
    return ",".join(value for value in possible if value in wanted)


def _url(definition: Definition, text: str, before: str | None) -> str:
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https") or re.search(r"[\s\x00-\x1f\\]", text) or "@" in parts.netloc:
        raise Unfit("write an address that begins with https:// or http://.")
    return urlunsplit((parts.scheme, parts.netloc.lower(), parts.path, parts.query, parts.fragment))


def _person(definition: Definition, text: str, before: str | None) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise Unfit("name a person by id.") from None


def _within(definition: Definition, value: Value, read: Callable[[str], Value]) -> None:
    if definition.least is not None and value < read(definition.least):
        raise Unfit(f"it must be at least {definition.least}.")
    if definition.most is not None and value > read(definition.most):
        raise Unfit(f"it must be at most {definition.most}.")


_READERS: dict[str, Callable[[Definition, str, str | None], str]] = {
    "text": _text, "number": _number, "decimal": _decimal_text, "boolean": _boolean, "date": _date,
    "datetime": _datetime, "choice": _choice, "multi_choice": _multi_choice, "url": _url, "person": _person,
}  # fmt: skip
