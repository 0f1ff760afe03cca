"""Triggers of a target as they are typed: one event a line, `message.added visibility=internal` or `… added=vip,gold`.

A value that holds a blank, a comma, a quote or an equals sign stands in double quotes, as JSON writes text.
"""

import json
import re
from collections.abc import Sequence
from typing import get_args

from app.sla.policy import Trigger
from core.errors import Invalid

KINDS: tuple[str, ...] = get_args(Trigger.model_fields["kind"].annotation)
WHEN = [("starts_on", "Starts on"), ("pauses_on", "Pauses on"), ("resumes_on", "Goes on after"),
        ("stops_on", "Is met by")]  # fmt: skip
BARE = re.compile(r'[^\s",=]+')
VALUE = r'(?:[^\s",=]+|"(?:[^"\\]|\\.)*")'
PART = re.compile(rf"\s+([a-z][a-z0-9_]{{0,29}})=({VALUE}(?:,{VALUE})*)(?=\s|$)")


def typed_of(triggers: Sequence[Trigger]) -> str:
    """Triggers as the form writes them."""
    return "\n".join(
        " ".join([one.kind, *(f"{name}={','.join(map(_value, values))}" for name, values in one.fields.items())])
        for one in triggers
    )


def triggers_of(text: str) -> list[Trigger]:
    """What was typed, line by line; refused with the line that cannot be."""
    return [_trigger(line.strip()) for line in text.splitlines() if line.strip()]


def _trigger(line: str) -> Trigger:
    kind, end, fields = line.split(maxsplit=1)[0], 0, {}
    if kind not in KINDS:
        raise Invalid(f"{kind!r} is no event that a clock can follow; choose from {', '.join(KINDS)}.")
    rest = line[len(kind) :]
    while found := PART.match(rest, end):
        fields[found[1]] = [_plain(value, line) for value in re.findall(VALUE, found[2])]
        end = found.end()
    if rest[end:].strip():
        raise Invalid(f"Write what an event must say as field=value or field=value,value, not {rest[end:].strip()!r}.")
    return Trigger.model_validate({"kind": kind, "fields": fields})


def _value(text: str) -> str:
    return text if BARE.fullmatch(text) else json.dumps(text)


def _plain(value: str, line: str) -> str:
    try:
        return str(json.loads(value)) if value.startswith('"') else value
    except ValueError:
        raise Invalid(f"A value in quotes is written as JSON writes text, not {value} in {line!r}.") from None
