"""Split: a new ticket from messages of another, which keeps them."""

from uuid import UUID

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import col

from app import policy
from app.tickets.command import Title, sha256
from app.tickets.connect import linked
from app.tickets.decider import locked
from app.tickets.link import MessagePlace
from app.tickets.numbers import next_number
from app.tickets.shown import readable, shown_in
from app.tickets.states import must_not_be_gone
from app.tickets.store import blank
from app.tickets.threads import recount
from app.tickets.ticket import Message, Ticket
from app.tickets.together import Deed, must_be_at
from core.errors import NotFound
from core.events import Category, TicketCreated, TicketSplit
from core.ids import new_id


class Split(BaseModel):
    """Make a new linked ticket that shows chosen messages of this one too (right `create` in its queue)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Title = Field(description="The new ticket's subject.", examples=["A second matter"])
    message_ids: list[UUID] = Field(min_length=1, max_length=500, description="What it is made from.")
    queue_id: UUID | None = Field(None, description="Its queue; null: the same.")


def split(deed: Deed, source_id: UUID, wish: Split, expected_version: int | None = None) -> Ticket:
    """Returns the new ticket: of the same requester, new and nobody's."""
    source = locked(deed.session, deed.actor, source_id)
    must_be_at(source, expected_version)
    must_not_be_gone(source)
    now = deed.now
    queue = now.house.queue(wish.queue_id or source.queue_id)
    policy.demand_full_agent(deed.actor, is_for_light_agents=False)
    policy.demand(deed.actor, [("note", source.queue_id), ("reply", source.queue_id), ("create", queue.id)], source)
    ids = sorted(set(wish.message_ids))
    shown = shown_in(deed.session, source.id, policy.visible(deed.actor))
    may_read = readable(policy.visible(deed.actor), source)
    found = deed.session.execute(
        sa.select(sa.func.count()).select_from(Message).where(col(Message.id).in_(ids), shown.clause, may_read)
    ).scalar_one()
    if found != len(ids):
        raise NotFound(f"Ticket {source.number} does not show all of these messages; read it again.")
    made = blank(new_id(deed.instant))
    state = now.house.state_for(Category.NEW)
    event = TicketSplit(source_id=source.id, target_id=made.id, said_ids=ids)
    created = TicketCreated(
        number=next_number(deed.session),
        subject_hash=sha256(wish.title),
        queue_id=queue.id,
        state_id=state.id,
        state=state.name,
        category=state.category,
        priority=source.priority,
        channel=source.channel,
        requester_id=source.requester_id,
        organisation_id=source.organisation_id,
        language=source.language,
    )
    made.title = wish.title
    made = deed.write(made, [created, event])
    deed.session.add_all(MessagePlace(message_id=one, ticket_id=made.id, is_shared=True) for one in ids)
    deed.write(source, [event])
    recount(deed, [made], "split")
    linked(deed, "follow_up", made, source)
    return made
