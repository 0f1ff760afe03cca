"""The actions of macros and bulk edits, as data. Each becomes a ticket's ordinary command when it is applied."""

import hashlib
from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from sqlalchemy.orm import Session

from app.macros.placeholders import demand_known, filled
from app.rest.fields import STORABLE, Storable
from app.tickets import command, commands
from app.tickets.command import Command
from app.tickets.ticket import Ticket
from core.actor import Actor

MOST_ACTIONS = 20


class Action(BaseModel):
    """One step. `do` names the command."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def command(self, session: Session, actor: Actor, ticket: Ticket) -> Command:
        """What is asked of this ticket."""
        raise NotImplementedError


class SetState(Action):
    """Give it a state."""

    do: Literal["set_state"]
    state_id: UUID

    def command(self, session: Session, actor: Actor, ticket: Ticket) -> Command:
        """The same."""
        return commands.SetState(state_id=self.state_id)


class Assign(Action):
    """Make somebody responsible: an agent by id, `me` for whoever applies it, or null for nobody."""

    do: Literal["assign"]
    agent_id: UUID | Literal["me"] | None

    def command(self, session: Session, actor: Actor, ticket: Ticket) -> Command:
        """The same, with whoever applies it."""
        return commands.Assign(agent_id=actor.person_id if self.agent_id == "me" else self.agent_id)


class Move(Action):
    """Hand it to another queue."""

    do: Literal["move"]
    queue_id: UUID

    def command(self, session: Session, actor: Actor, ticket: Ticket) -> Command:
        """The same."""
        return commands.Move(queue_id=self.queue_id)


class Prioritise(Action):
    """Say how urgent it is."""

    do: Literal["prioritise"]
    priority: command.Priority

    def command(self, session: Session, actor: Actor, ticket: Ticket) -> Command:
        """The same."""
        return commands.Prioritise(priority=self.priority)


class Tag(Action):
    """Add words and take words."""

    do: Literal["tag"]
    add: list[command.Tag] = Field(default=[], max_length=50)
    remove: list[command.Tag] = Field(default=[], max_length=50)

    def command(self, session: Session, actor: Actor, ticket: Ticket) -> Command:
        """The same."""
        return commands.Tag(add=self.add, remove=self.remove)


class SetField(Action):
    """Give a custom field a value; null empties it."""

    do: Literal["set_field"]
    field: str = Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")
    value: Annotated[str, Field(max_length=1000, json_schema_extra=STORABLE), Storable] | None

    def command(self, session: Session, actor: Actor, ticket: Ticket) -> Command:
        """The same."""
        return commands.SetField(field=self.field, value=self.value)


class Reply(Action):
    """Say something to the customer. The text may have placeholders."""

    do: Literal["reply"]
    body: command.Body

    def command(self, session: Session, actor: Actor, ticket: Ticket) -> Command:
        """The same, with the placeholders' values: all of them, since nobody looks before it is sent."""
        return commands.Reply(body=filled(session, actor, ticket, self.body, must_be_whole=True))


class Note(Action):
    """Say something to colleagues. The text may have placeholders."""

    do: Literal["note"]
    body: command.Body

    def command(self, session: Session, actor: Actor, ticket: Ticket) -> Command:
        """The same, with the placeholders' values."""
        return commands.Note(body=filled(session, actor, ticket, self.body, must_be_whole=True))


class End(Action):
    """Solve it, close it or take it up again."""

    do: Literal["solve", "close", "reopen"]

    def command(self, session: Session, actor: Actor, ticket: Ticket) -> Command:
        """The same."""
        return {"solve": commands.Solve, "close": commands.Close, "reopen": commands.Reopen}[self.do]()


AnyAction = Annotated[
    SetState | Assign | Move | Prioritise | Tag | SetField | Reply | Note | End, Field(discriminator="do")
]
Actions = Annotated[list[AnyAction], Field(min_length=1, max_length=MOST_ACTIONS)]
_actions: TypeAdapter[list[AnyAction]] = TypeAdapter(Actions)


def read_actions(written: Any) -> list[AnyAction]:
    """Actions as `written_actions` wrote them."""
    return _actions.validate_python(written)


def written_actions(actions: Sequence[AnyAction]) -> list[dict[str, Any]]:
    """Actions as JSON."""
    return [action.model_dump(mode="json") for action in actions]


def hash_of(actions: Sequence[AnyAction]) -> str:
    """How an event points at actions, whose texts it does not carry."""
    return hashlib.sha256(orjson.dumps(written_actions(actions), option=orjson.OPT_SORT_KEYS)).hexdigest()


def demand_sayable(actions: Sequence[AnyAction]) -> None:
    """Refuse texts with placeholders that do not exist."""
    for action in actions:
        if isinstance(action, Reply | Note):
            demand_known(action.body)
