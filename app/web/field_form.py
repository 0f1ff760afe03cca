"""The form of a custom field: from its definition to what inputs show, and back to a shape."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self
from uuid import UUID

from starlette.datastructures import FormData

from app.fields.definition import Definition, Definitions, Shape

BLANK_ROWS = 3
TYPES = {
    "text": ("Text", "one line, free or after a pattern"),
    "choice": ("One of several", "a list to choose from"),
    "multi_choice": ("Any of several", "boxes to tick"),
    "boolean": ("Yes or no", ""),
    "number": ("Whole number", "1, 42, -3"),
    "decimal": ("Number with decimals", "2.5"),
    "date": ("Day", "31 January 2026"),
    "datetime": ("Day and time", "shown in each reader's zone"),
    "url": ("Web address", "https://…"),
    "person": ("Colleague", "somebody who works here"),
}
"""type → how people call it, and an example."""

CHOSEN = ("choice", "multi_choice")
RANGED = ("number", "decimal", "date", "datetime")


@dataclass(frozen=True, slots=True)
class Row:
    """One option. `is_kept`: tickets may carry its value, so that it stays."""

    value: str = ""
    label: str = ""
    is_active: bool = True
    is_kept: bool = False


@dataclass(frozen=True, slots=True)
class FieldForm:
    """What stands in the form."""

    type: str
    key: str = ""
    label: str = ""
    help: str = ""
    rows: Sequence[Row] = ()
    pattern: str = ""
    max_chars: str = ""
    least: str = ""
    most: str = ""
    required_on: Sequence[str] = ()
    when: dict[str, Sequence[str]] = field(default_factory=dict)
    """Values by the field on which this one hangs; `priority` is a name too."""
    queue_ids: Sequence[str] = ()
    audience: str = "staff"
    see: str = ""
    change: str = ""
    sort: str = "0"
    is_active: bool = True

    @classmethod
    def of(cls, known: Definition) -> Self:
        """A field as it stands."""
        return cls(
            type=known.type, key=known.key, label=known.label, help=known.help,
            rows=[Row(one.value, one.label or "", one.is_active, True) for one in known.choices],
            pattern=known.pattern or "", max_chars=str(known.max_chars or ""),
            least=known.least or "", most=known.most or "", required_on=known.required_on,
            when={one.field or "priority": one.values for one in known.when},
            queue_ids=[str(one) for one in known.queue_ids], audience=known.audience,
            see=known.see or "", change=known.change or "", sort=str(known.sort),
            is_active=known.is_active,
        )  # fmt: skip

    @classmethod
    def read(cls, sent: FormData, known: Definition | None) -> Self:
        """What was typed. Options that were there stay, whatever was sent."""
        text = {name: value.strip() for name, value in sent.items() if isinstance(value, str)}
        type_ = known.type if known else text.get("type", "")
        return cls(
            type=type_ if type_ in TYPES else "text",
            key=known.key if known else text.get("key", ""),
            rows=_pasted(_rows(sent, known), text.get("paste", "")),
            required_on=[str(one) for one in sent.getlist("required_on")],
            when={
                name.removeprefix("when."): values
                for name in sent
                if name.startswith("when.") and (values := _values(sent.getlist(name)))
            },
            queue_ids=[str(one) for one in sent.getlist("queue")],
            is_active=known.is_active if known else True,
            **{name: text.get(name, default) for name, default in PLAIN.items()},
        )

    def moved(self, row: int, step: int) -> "FieldForm":
        """With an option one place up or down."""
        rows, to = list(self.rows), row + step
        if 0 <= row < len(rows) and 0 <= to < len(rows):
            rows[row], rows[to] = rows[to], rows[row]
        return replace(self, rows=rows)

    def shape(self) -> Shape:
        """The shape that was asked for. Raises pydantic's `ValidationError`."""
        wanted: dict[str, Any] = {
            "label": self.label,
            "help": self.help,
            "type": self.type,
            "choices": [_choice(row) for row in self.rows] if self.type in CHOSEN else [],
            "pattern": (self.pattern or None) if self.type == "text" else None,
            "max_chars": _number(self.max_chars) if self.type == "text" else None,
            "least": (self.least or None) if self.type in RANGED else None,
            "most": (self.most or None) if self.type in RANGED else None,
            "required_on": self.required_on,
            "when": [_condition(name, values) for name, values in self.when.items()],
            "queue_ids": [UUID(one) for one in self.queue_ids],
            "audience": self.audience,
            "see": self.see or None,
            "change": self.change or None,
            "sort": _number(self.sort) or 0,
            "is_active": self.is_active,
        }
        return Shape.model_validate(wanted)


PLAIN = {"label": "", "help": "", "pattern": "", "max_chars": "", "least": "", "most": "", "audience": "staff",
         "see": "", "change": "", "sort": "0"}  # fmt: skip


def key_of(label: str, taken: Iterable[str]) -> str:
    """A key made from a label that is free: `Order number` → `order_number`."""
    word = re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")[:55] or "field"
    word = word if word[0].isalpha() else f"field_{word}"
    numbered = (f"{word}_{n}" for n in range(2, 1000))
    return word if word not in taken else next(one for one in numbered if one not in taken)


def parents(fields: Definitions, key: str) -> list[Definition]:
    """The fields on which another can hang with a tick: those with options."""
    return [one for one in fields.values() if one.is_active and one.key != key and one.type in (*CHOSEN, "boolean")]


def _rows(sent: FormData, known: Definition | None) -> list[Row]:
    kept = {one.value for one in known.choices} if known else set()
    numbers = sorted(int(name[7:]) for name in sent if re.fullmatch(r"option\.\d{1,4}", name))
    rows = []
    for n in numbers:
        label = str(sent.get(f"option.{n}", "")).strip()
        value = str(sent.get(f"value.{n}", "")).strip() or " ".join(re.split(r"[\s,|]+", label)).strip()
        if value:
            shown = "" if label == value else label
            rows.append(Row(value, shown, f"offered.{n}" in sent, value in kept))
    missing = kept - {row.value for row in rows}
    return rows + [Row(one.value, one.label or "", False, True) for one in (known.choices if known else ())
                   if one.value in missing]  # fmt: skip


def _pasted(rows: Sequence[Row], text: str) -> list[Row]:
    """With one option a line: `value`, or `value | what people read`. Values that are there already stay."""
    pairs = [line.partition("|") for line in text.splitlines() if line.strip()]
    there = {row.value for row in rows}
    return [*rows, *(Row(value.strip(), label.strip()) for value, _, label in pairs if value.strip() not in there)]


def _values(sent: Iterable[object]) -> list[str]:
    """What was ticked, or typed with commas."""
    return [one.strip() for text in sent for one in str(text).split(",") if one.strip()]


def _choice(row: Row) -> dict[str, Any]:
    return {"value": row.value, "label": row.label or None, "is_active": row.is_active}


def _condition(name: str, values: Sequence[str]) -> dict[str, Any]:
    if name == "priority":
        return {"on": "priority", "values": list(values)}
    return {"on": "field", "field": name, "values": list(values)}


def _number(text: str) -> int | str | None:
    """What Shape judges: a number, or the text that is none."""
    return int(text) if re.fullmatch(r"-?\d{1,9}", text) else text or None
