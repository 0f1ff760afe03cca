"""The fields of actions on a page, for bulk edits and macros alike, and what they mean in words."""

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.macros.actions import AnyAction, read_actions
from app.people.person import Person
from app.queues.house import house_of
from app.web.sentences import PRIORITIES
from app.web.ticket_forms import words_of
from app.web.ticket_page import PRIORITY_CHOICES, staff
from core.errors import Invalid
from core.events import Category

FIELDS = ("state", "assignee", "queue", "priority", "add", "remove", "note", "reply")
KEEP = [("", "Leave as it is")]


def choices(session: Session) -> dict[str, Any]:
    """What each field offers."""
    house = house_of(session)
    states = [
        (str(state.id), state.name)
        for state in house.states.values()
        if state.is_active and state.category is not Category.MERGED
    ]
    people = [("me", "Whoever does it"), ("none", "Nobody"), *((str(row.id), row.name) for row in staff(session))]
    queues = [(str(queue.id), queue.name) for queue in house.queues.values() if queue.is_active]
    return {
        "states": KEEP + states,
        "people": KEEP + people,
        "queues": KEEP + queues,
        "priorities": [*KEEP, *PRIORITY_CHOICES],
    }


def actions_of(typed: dict[str, str]) -> list[AnyAction]:
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
    wanted += [{"do": kind, "body": typed[kind]} for kind in ("note", "reply") if typed.get(kind, "").strip()]
    if typed.get("state"):
        wanted.append({"do": "set_state", "state_id": typed["state"]})
    if not wanted:
        raise Invalid("Choose at least one thing to do.")
    try:
        return read_actions(wanted)
    except ValidationError as error:
        raise Invalid(words_of(error)) from error


def sentences(session: Session, actions: Sequence[AnyAction]) -> list[str]:
    """What actions do, a line each, in the order in which they happen."""
    return [_sentence(session, action) for action in actions]


def _sentence(session: Session, action: Any) -> str:
    house = house_of(session)
    match action.do:
        case "move":
            return f"Move to {house.queues[action.queue_id].name if action.queue_id in house.queues else 'a queue'}"
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
            return f"Set {action.field} to {action.value or 'nothing'}"
        case "note" | "reply":
            words = action.body if len(action.body) <= 200 else action.body[:200] + "…"
            return f"{'Note for colleagues' if action.do == 'note' else 'Reply to the customer'}: {words}"
        case other:
            return str(other).capitalize()


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
