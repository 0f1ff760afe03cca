"""Looking at a custom field before it is kept: what a version would change, and the form as agents would see it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from app.fields.asked import applies, asked
from app.fields.definition import Definition
from app.fields.setup import check
from app.queues.house import House
from app.web import field_words
from app.web.field_form import FieldForm
from app.web.field_inputs import PREFIX, about, given, inputs, reader_of
from app.web.ticket_forms import words_of
from app.web.uploads import texts
from core.actor import Actor
from core.errors import Refusal

NEW = "the_new_one"
"""The key of a field that has none yet."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A field that is being worked on: as it stands, what was typed, and all that the browser sent."""

    form: FieldForm
    known: Definition | None
    sent: FormData


def looked(session: Session, actor: Actor, house: House, draft: Draft) -> dict[str, Any]:
    """What a version would change, what is wrong with it, and the form as agents would see it."""
    form, known, key = draft.form, draft.known, draft.form.key or NEW
    definition: Definition | None
    try:
        definition = Definition(key=key, **form.shape().model_dump())
        check(definition, house)
        wrong, changed = "", field_words.changes(house, known, definition)
    except (ValidationError, ValueError) as error:
        definition, wrong, changed = known, sentence_of(error) if form.label else "", []
    except Refusal as refusal:
        definition, wrong, changed = known, refusal.sentence, []
    fields = {**house.fields, **({key: definition} if definition else {})}
    ordered = sorted(fields.values(), key=lambda one: (one.sort, one.label, one.key))
    tried = replace(house, fields={one.key: one for one in ordered})
    return {"changed": changed, "looks_wrong": wrong, **_preview(session, actor, tried, definition, draft.sent)}


def _preview(
    session: Session, actor: Actor, house: House, definition: Definition | None, sent: FormData
) -> dict[str, Any]:
    queues = [(str(one.id), one.name) for one in house.queues.values() if one.is_active]
    usual = str(definition.queue_ids[0]) if definition and definition.queue_ids else queues[0][0] if queues else ""
    queue = str(sent.get("try_queue") or usual)
    priority = str(sent.get("try_priority") or 2)
    typed: Mapping[str, str] = {name: text for name, text in texts(sent).items() if name.startswith(PREFIX)}
    values = {key: value for key, value in given(typed, house.fields, actor.timezone).items() if value is not None}
    found = next((one for one in house.queues if str(one) == queue), None)
    if found is None or not priority.isdecimal():
        return {"tried": [], "queues": queues, "try_queue": "", "try_priority": "2", "is_asked": True,
                "customers_see": []}  # fmt: skip
    stands = about(house, found, int(priority), values)
    return {
        "tried": inputs(house, stands, typed, reader_of(session, house, actor, values), new=False),
        "queues": queues,
        "try_queue": queue,
        "try_priority": priority,
        "is_asked": definition is None or applies(definition, house.fields, stands),
        "customers_see": [one.label for one in asked(house.fields, stands, staff=False)],
    }


def sentence_of(error: Exception) -> str:
    """What is wrong with what was typed."""
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return SENTENCES.get(str(first["loc"][0]), "") or words_of(error)
    return "This form was not filled in by our page; open it again."


SENTENCES = {
    "label": "Give the field a name.",
    "key": "A key is made of small letters, digits and underscores, and begins with a letter.",
    "choices": "An option is at most 100 characters long and has neither a comma nor a bar in what tickets carry.",
    "max_chars": "The greatest length is a number from 1 to 1000.",
    "sort": "The place is a number from 0 to 10000.",
}
