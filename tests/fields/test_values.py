"""Values of custom fields: one canonical text for each, and it stays what it is."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.fields.definition import Choice, Definition, Type
from app.fields.values import FieldInvalid, normalised, text_of, typed
from core.events import FieldChanged
from tests.depth import examples

CHOICES = (Choice(value="red"), Choice(value="green", label="Green"), Choice(value="blue", is_active=False))
TYPES: tuple[Type, ...] = (
    "text", "number", "decimal", "boolean", "date", "datetime", "choice", "multi_choice", "url", "person",
)  # fmt: skip


def a_field(kind: Type, **more: object) -> Definition:
    chosen = CHOICES if kind in ("choice", "multi_choice") else ()
    return Definition.model_validate({"key": "it", "label": "It", "type": kind, "choices": chosen, **more})


SENT = st.one_of(
    st.text(max_size=40),
    st.integers().map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.decimals(allow_nan=False, allow_infinity=False, places=3).map(str),
    st.booleans().map(str),
    st.dates().map(str),
    st.datetimes(timezones=st.timezones()).map(lambda one: one.isoformat()),
    st.lists(st.sampled_from(["red", "green", "blue", ""]), max_size=4).map(",".join),
    st.uuids().map(str),
    st.from_regex(r"(?i)https?://[a-z0-9.]{1,9}(:[0-9]{1,5})?(/[a-z0-9?#%]{0,9})?", fullmatch=True),
)


@settings(max_examples=examples(400), deadline=None, database=None, derandomize=True)
@given(kind=st.sampled_from(TYPES), sent=SENT)
def test_a_canonical_value_is_its_own_canonical_value(kind: Type, sent: str) -> None:
    field = a_field(kind)
    try:
        value = normalised(field, sent)
    except FieldInvalid:
        return
    if value is not None:
        assert normalised(field, value) == value
        assert normalised(field, text_of(typed(field, value)) or "") == value


@settings(max_examples=examples(200), deadline=None, database=None, derandomize=True)
@given(kind=st.sampled_from(TYPES), sent=SENT)
def test_every_value_that_is_taken_goes_through_its_event(kind: Type, sent: str) -> None:
    field = a_field(kind)
    try:
        value = normalised(field, sent)
    except FieldInvalid:
        return
    event = FieldChanged(field="it", value=value, before=None)
    assert FieldChanged.from_payload(json.loads(json.dumps(event.payload()))) == event
    assert "\x00" not in (value or "")


@pytest.mark.parametrize(
    ("kind", "sent", "kept", "told"),
    [
        ("number", "+007", "7", 7),
        ("number", "12.0", "12", 12),
        ("decimal", "1.50", "1.5", 1.5),
        ("decimal", "-0.0", "0", 0.0),
        ("decimal", "1e3", "1000", 1000.0),
        ("boolean", "Yes", "true", True),
        ("date", "2026-02-28", "2026-02-28", "2026-02-28"),
        ("datetime", "2026-01-31T10:30:00+01:00", "2026-01-31T09:30:00Z", "2026-01-31T09:30:00Z"),
        ("multi_choice", "green, red", "red,green", ["red", "green"]),
        ("url", "https://Example.COM/Path", "https://example.com/Path", "https://example.com/Path"),
        ("text", "  two words ", "two words", "two words"),
        ("text", "   ", None, None),
    ],
)
def test_what_is_sent_what_is_kept_and_what_is_told(kind: Type, sent: str, kept: str | None, told: object) -> None:
    field = a_field(kind)
    assert normalised(field, sent) == kept
    if kept is not None:
        assert typed(field, kept) == told


@pytest.mark.parametrize(
    ("kind", "sent"),
    [
        ("number", "1.5"), ("number", "9" * 19), ("decimal", "NaN"), ("decimal", "1e99"), ("boolean", "maybe"),
        ("date", "2026-02-29"), ("datetime", "2026-01-31T10:30:00"), ("choice", "pink"), ("choice", "blue"),
        ("multi_choice", "red,pink"), ("url", "javascript:alert(1)"), ("url", "https://me@bank.example"),
        ("person", "Ana"), ("text", "a\x00b"), ("text", "x" * 1001),
    ],
)  # fmt: skip
def test_what_is_no_value_is_refused_and_names_the_field(kind: Type, sent: str) -> None:
    with pytest.raises(FieldInvalid, match=r"^It: ") as refused:
        normalised(a_field(kind), sent)
    assert refused.value.details["field"] == "it"


def test_a_retired_choice_may_stay_but_not_come_anew() -> None:
    assert normalised(a_field("choice"), "blue", "blue") == "blue"
    assert normalised(a_field("multi_choice"), "red,blue", "blue") == "red,blue"


def test_limits_hold() -> None:
    assert normalised(a_field("number", least="1", most="5"), "5") == "5"
    with pytest.raises(FieldInvalid, match="at most 5"):
        normalised(a_field("number", least="1", most="5"), "6")
    with pytest.raises(FieldInvalid, match="at least 2026-01-01"):
        normalised(a_field("date", least="2026-01-01"), "2025-12-31")


def test_a_pattern_is_of_the_whole_value_and_cannot_be_made_to_hang() -> None:
    serial = a_field("text", pattern="[A-Z]{2}[0-9]+|none")
    assert normalised(serial, "AB12") == "AB12"
    with pytest.raises(FieldInvalid, match="does not match"):
        normalised(serial, "AB12 or so")
    with pytest.raises(FieldInvalid, match="does not match"):
        normalised(a_field("text", pattern="(a+)+"), "a" * 900 + "!")


def test_what_an_import_brought_stays_readable() -> None:
    assert typed(None, "Cat 3") == "Cat 3"
    assert typed(a_field("number"), "about ten") == "about ten"
    assert typed(a_field("decimal"), "much") == "much"
    assert typed(a_field("boolean"), "perhaps") == "perhaps"
