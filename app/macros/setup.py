"""Setting up macros and canned replies: both have a name, an audience, and an event for each change."""

from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.audience import Audience, demand_keeper, demand_staff, reaches, shared_with
from app.macros.actions import AnyAction, demand_sayable, hash_of, read_actions, written_actions
from app.macros.macro import CannedReply, Macro
from app.macros.placeholders import demand_known
from app.tickets.command import sha256
from core import clock
from core.actor import Actor
from core.errors import NotFound
from core.events import CannedReplyDefined, CannedReplyRemoved, Event, MacroDefined, MacroRemoved
from core.ledger import append, wrap

Kept = TypeVar("Kept", Macro, CannedReply)
MOST = 500


def all_of(session: Session, actor: Actor, row: type[Kept]) -> list[Kept]:
    """What this actor works with, by name."""
    query = sa.select(row).where(shared_with(actor, row)).order_by(col(row.name), col(row.id)).limit(MOST)
    return list(session.execute(query).scalars())


def one_of(session: Session, actor: Actor, row: type[Kept], row_id: UUID) -> Kept:
    """One of them, if the actor works with it."""
    found = session.get(row, row_id)
    if found is None or not reaches(actor, found):
        what = "macro" if row is Macro else "canned reply"
        raise NotFound(f"There is no such {what}, or it is not for you.")
    return found


def actions_of(macro: Macro) -> list[AnyAction]:
    """A macro's actions."""
    return read_actions(macro.actions["steps"])


def define_macro(
    session: Session, actor: Actor, *, name: str, actions: list[AnyAction], audience: Audience, queue_id: UUID | None,
    macro_id: UUID | None = None, source: str = "api",
) -> Macro:  # fmt: skip
    """Set up a macro, or change one."""
    demand_sayable(actions)
    wish = {"name": name, "actions": {"steps": written_actions(actions)}, "audience": audience, "queue_id": queue_id}
    macro, is_new = _defined(session, actor, Macro, macro_id, wish)
    told = MacroDefined(
        macro_id=macro.id, name=name, actions=[action.do for action in actions], actions_hash=hash_of(actions),
        audience=audience, owner_id=macro.owner_id, queue_id=queue_id,
    )  # fmt: skip
    return _told(session, actor, macro, told if is_new else None, source)


def define_reply(
    session: Session, actor: Actor, *, name: str, body: str, audience: Audience, queue_id: UUID | None,
    canned_reply_id: UUID | None = None, source: str = "api",
) -> CannedReply:  # fmt: skip
    """Set up a canned reply, or change one."""
    demand_known(body)
    wish = {"name": name, "body": body, "audience": audience, "queue_id": queue_id}
    reply, is_new = _defined(session, actor, CannedReply, canned_reply_id, wish)
    told = CannedReplyDefined(
        canned_reply_id=reply.id, name=name, text_hash=sha256(body), audience=audience,
        owner_id=reply.owner_id, queue_id=queue_id,
    )  # fmt: skip
    return _told(session, actor, reply, told if is_new else None, source)


def remove(session: Session, actor: Actor, row: type[Kept], row_id: UUID, *, source: str = "api") -> None:
    """Take one away; what was done with it stays done."""
    session.delete(_to_keep(session, actor, row, row_id))
    session.flush()
    gone = MacroRemoved(macro_id=row_id) if row is Macro else CannedReplyRemoved(canned_reply_id=row_id)
    append(session, [wrap(gone, actor, source=source)])


def _defined(
    session: Session, actor: Actor, row: type[Kept], row_id: UUID | None, wish: dict[str, Any]
) -> tuple[Kept, bool]:
    demand_staff(actor)
    found = _to_keep(session, actor, row, row_id) if row_id else None
    owner_id = actor.person_id if wish["audience"] == "private" else None
    demand_keeper(actor, wish["audience"], owner_id, wish["queue_id"])
    if found and all(getattr(found, name) == value for name, value in wish.items()):
        return found, False
    found = found or row(created_at=clock.now(), **wish)
    for name, value in (*wish.items(), ("owner_id", owner_id)):
        setattr(found, name, value)
    session.add(found)
    session.flush()
    return found, True


def _told(session: Session, actor: Actor, row: Kept, told: Event | None, source: str) -> Kept:
    if told:
        append(session, [wrap(told, actor, source=source)])
    return row


def _to_keep(session: Session, actor: Actor, row: type[Kept], row_id: UUID) -> Kept:
    found = one_of(session, actor, row, row_id)
    demand_keeper(actor, found.audience, found.owner_id, found.queue_id)
    return found
