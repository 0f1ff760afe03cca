"""The fields of actions on a page, for bulk edits and macros alike, and what they mean in words."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from pydantic import ValidationError
from sqlalchemy.orm import Session

from app import policy
from app.fields.definition import Definition
from app.macros.actions import AnyAction, read_actions, written_actions
from app.people.person import Person
from app.queues.house import house_of
from app.web.field_inputs import PREFIX, given, input_of, reader_of, shown
from app.web.sentences import PRIORITIES
from app.web.ticket_forms import words_of
from app.web.ticket_page import PRIORITY_CHOICES, staff
from core.actor import Actor
from core.errors import Invalid
from core.events import Category

FIELDS = ("state", "assignee", "queue", "priority", "add", "remove", "note", "reply")
KEEP = [("", "Leave as it is")]
ENDS = {"solve": "Solve it", "close": "Close it", "reopen": "Open it again"}
Typed = Mapping[str, str]


def choices(session: Session, actor: Actor, typed: Typed) -> dict[str, Any]:
    """What each field offers, and an input for each custom field."""
    house = house_of(session)
    states = [
        (str(state.id), state.name)
        for state in house.states.values()
        if state.is_active and state.category is not Category.MERGED
    ]
    people = [("me", "Whoever does it"), ("none", "Nobody"), *((str(row.id), row.name) for row in staff(session))]
    queues = [
        (str(queue.id), queue.name)
        for queue in house.queues.values()
        if queue.is_active and policy.knows_queue(actor, queue.id)
    ]
    ends = [(typed["state"], ENDS[typed["state"]])] if typed.get("state") in ENDS else []
    reader = reader_of(session, house, actor, {})
    return {
        "states": KEEP + states + ends,
        "people": KEEP + people,
        "queues": KEEP + queues,
        "priorities": [*KEEP, *PRIORITY_CHOICES],
        "fields": [input_of(one, {}, typed, reader, new=False) for one in house.fields.values() if one.is_active],
        "has_fields": any(text for name, text in typed.items() if name.startswith(PREFIX)),
    }


def actions_of(session: Session, actor: Actor, typed: Typed) -> list[AnyAction]:
    """The actions that a form asks for; what was left as it is asks for nothing."""
    wanted: list[dict[str, Any]] = []
    if typed.get("queue"):
        wanted.append({"do": "move", "queue_id": typed["queue"]})
    if typed.get("assignee"):
        wanted.append({"do": "assign", "agent_id": None if typed["assignee"] == "none" else typed["assignee"]})
    if typed.get("priority"):
        wanted.append({"do": "prioritise", "priority": _number(typed["priority"])})
    add, remove = _tags(typed.get("add", "")), _tags(typed.get("remove", ""))
    if add or remove:
        wanted.append({"do": "tag", "add": add, "remove": remove})
    values = given(typed, house_of(session).fields, actor.timezone)
    wanted += [{"do": "set_field", "field": key, "value": value} for key, value in values.items() if value is not None]
    wanted += [{"do": kind, "body": typed[kind]} for kind in ("note", "reply") if typed.get(kind, "").strip()]
    if typed.get("state"):
        wanted.append({"do": typed["state"]} if typed["state"] in ENDS else
                      {"do": "set_state", "state_id": typed["state"]})  # fmt: skip
    try:
        wanted = orjson.loads(typed.get("rest") or "[]") + wanted
        if not wanted:
            raise Invalid("Choose at least one thing to do.")
        return read_actions(wanted)
    except ValidationError as error:
        raise Invalid(words_of(error)) from error
    except (orjson.JSONDecodeError, TypeError):
        raise Invalid("This form was not filled in by our page; open it again.") from None


def typed_of(session: Session, actor: Actor, actions: Sequence[AnyAction]) -> tuple[dict[str, str], list[AnyAction]]:
    """The form that asks for these actions, and those that it has no field for (a second note, a field emptied)."""
    typed: dict[str, str] = {}
    rest: list[AnyAction] = []
    fields = house_of(session).fields
    for action in actions:
        said = _said(action, fields, actor)
        if said and not said.keys() & typed.keys():
            typed |= said
        else:
            rest.append(action)
    return typed, rest


def kept(actions: Sequence[AnyAction]) -> list[str]:
    """Each action as a form carries it."""
    return [orjson.dumps(one).decode() for one in written_actions(actions)]


def _said(action: Any, fields: Mapping[str, Definition], actor: Actor) -> dict[str, str]:
    match action.do:
        case "move":
            return {"queue": str(action.queue_id)}
        case "assign":
            return {"assignee": str(action.agent_id or "none")}
        case "prioritise":
            return {"priority": str(action.priority)}
        case "tag":
            return {"add": ", ".join(action.add), "remove": ", ".join(action.remove)}
        case "set_state":
            return {"state": str(action.state_id)}
        case "note" | "reply":
            return {action.do: action.body}
        case "set_field":
            known = fields.get(action.field)
            if known is None or not known.is_active or action.value is None:
                return {}
            return {PREFIX + action.field: shown(known, action.value, actor.timezone)}
        case _:
            return {"state": action.do}


def sentences(session: Session, actor: Actor, actions: Sequence[AnyAction]) -> list[str]:
    """What actions do, a line each, in the order in which they happen."""
    return [_sentence(session, actor, action) for action in actions]


def _sentence(session: Session, actor: Actor, action: Any) -> str:
    house = house_of(session)
    match action.do:
        case "move":
            is_known = action.queue_id in house.queues and policy.knows_queue(actor, action.queue_id)
            return f"Move to {house.queues[action.queue_id].name if is_known else 'a queue'}"
        case "assign":
            return f"Assign to {_person(session, action.agent_id)}"
        case "prioritise":
            return f"Set the priority to {PRIORITIES[action.priority]}"
        case "tag":
            added = f"Add {', '.join(action.add)}" if action.add else ""
            removed = f"take away {', '.join(action.remove)}" if action.remove else ""
            return "Tags: " + "; ".join(part for part in (added, removed) if part)
        case "set_state":
            return f"Set the state to {house.states[action.state_id].name if action.state_id in house.states else '?'}"
        case "set_field":
            known = house.fields.get(action.field)
            value = known.words(action.value) if known and action.value else action.value
            return f"Set {known.label if known else action.field} to {value or 'nothing'}"
        case "note" | "reply":
            words = action.body if len(action.body) <= 200 else action.body[:200] + "…"
            return f"{'Note for colleagues' if action.do == 'note' else 'Reply to the customer'}: {words}"
        case other:
            return ENDS[other]


def _person(session: Session, agent_id: Any) -> str:
    if agent_id == "me":
        return "whoever does it"
    person = session.get(Person, agent_id) if agent_id else None
    return person.name if person else "nobody"


def _tags(text: str) -> list[str]:
    return [tag.strip() for tag in text.split(",") if tag.strip()]


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise Invalid("Choose a priority.") from None
