"""Link and unlink: tickets that have to do with each other."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.tickets.link import TicketLink, ends, is_above
from app.tickets.states import must_not_be_gone
from app.tickets.ticket import Ticket
from app.tickets.together import Deed
from core.errors import Conflict
from core.events import LinkKind, TicketLinked, TicketUnlinked


class Link(BaseModel):
    """A link from this ticket to another (right `note` in both queues)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: LinkKind = Field(description="This ticket relates to the other, duplicates it, is its parent, follows it up.")
    to_id: UUID = Field(description="The other ticket.")


def link(deed: Deed, from_id: UUID, wish: Link) -> Ticket:
    """Link two tickets; nothing happens if they are. A parent cannot stand below its child."""
    one, other = deed.both(from_id, wish.to_id)
    deed.demand("note", one, other)
    must_not_be_gone(one)
    must_not_be_gone(other)
    if wish.kind == "parent" and is_above(deed.session, other.id, one.id):
        raise Conflict(f"Ticket {other.number} is above ticket {one.number} already; it cannot be below it too.")
    linked(deed, wish.kind, one, other)
    return one


def unlink(deed: Deed, from_id: UUID, wish: Link) -> Ticket:
    """Take a link away; nothing happens if there is none."""
    one, other = deed.both(from_id, wish.to_id)
    deed.demand("note", one, other)
    row = deed.session.get(TicketLink, (*ends(wish.kind, one.id, other.id), wish.kind))
    if row is not None:
        deed.session.delete(row)
        event = TicketUnlinked(link=wish.kind, source_id=row.from_id, target_id=row.to_id)
        deed.write(one, [event])
        deed.write(other, [event])
    return one


def linked(deed: Deed, kind: LinkKind, one: Ticket, other: Ticket) -> None:
    """Both are locked: link them, and tell it in both histories."""
    source_id, target_id = ends(kind, one.id, other.id)
    if deed.session.get(TicketLink, (source_id, target_id, kind)) is not None:
        return
    deed.session.add(TicketLink(from_id=source_id, to_id=target_id, kind=kind, created_at=deed.instant))
    event = TicketLinked(link=kind, source_id=source_id, target_id=target_id)
    deed.write(one, [event])
    deed.write(other, [event])
