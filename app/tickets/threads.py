"""What a ticket's whole thread amounts to: how many messages it shows, and since when a customer waits in it.

Between deeds on several tickets each event keeps both up to date by itself (talk.py). After a merge, its undoing, a
split or a placement they are counted from what the ticket shows now, and told as an event of that ticket.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.tickets.ticket import Ticket
from app.tickets.together import Deed
from core.events import ThreadChanged
from core.events.merge import ThreadReason

AMOUNTS = sa.text("""
    with recursive family as (
        -- `line`: the ticket with those above it, up to the one that is asked about
        select cast(:id as uuid) as id, array[cast(:id as uuid)] as line
        union all
        select source.id, source.id || family.line
        from ticket as source
        join family on source.merged_into_id = family.id
        where source.id <> all(family.line)
    ),
    told as (
        select kind, ticket_id, occurred_at, payload from event where ticket_id in (select id from family)
        union all
        select kind, ticket_id, occurred_at, payload from event_pending where ticket_id in (select id from family)
    ),
    done as (
        select family.id, max(told.occurred_at) as last_done_at
        from family
        join told on told.ticket_id = any(family.line)
        where told.kind in ('ticket.created', 'ticket.status_changed')
          and told.payload ->> 'category' in ('SOLVED', 'CLOSED')
          and told.payload ->> 'reason' is distinct from 'merge' -- a state that was given back
        group by family.id
    ),
    shown as (
        select message.*, family.id as home_id
        from family
        join message on message.ticket_id = family.id
        where not exists (
            select from message_place as place
            where place.message_id = message.id
              and not place.is_shared
              and place.ticket_id not in (select id from family)
        )
        union
        select message.*, family.id
        from family
        join message_place as place on place.ticket_id = family.id
        join message on message.id = place.message_id
    ),
    answered as (
        select max(created_at) as last_reply_at
        from shown
        where author_kind = 'agent' and visibility = 'public' and not is_auto and not is_first
    )
    select count(distinct shown.id),
           min(shown.created_at) filter (
               where shown.author_kind = 'end_user'
                 and shown.visibility = 'public'
                 and shown.created_at > coalesce(answered.last_reply_at, '-infinity')
                 and shown.created_at > coalesce(done.last_done_at, '-infinity')
           )
    from shown
    cross join answered
    left join done on done.id = shown.home_id
""")
"""A customer's message waits unless an agent answered later in the thread, or a ticket that showed it was solved."""

HOLDING = sa.text("""
    with recursive holding as (
        select ticket_id as id from message where id = any(:message_ids)
        union
        select ticket_id from message_place where message_id = any(:message_ids)
        union
        select ticket.merged_into_id
        from ticket
        join holding on ticket.id = holding.id
        where ticket.merged_into_id is not null
    )
    select id from holding
""")


def amount(session: Session, ticket_id: UUID) -> tuple[int, datetime | None]:
    """How many messages a ticket shows, and since when the oldest one that nobody answered waits."""
    row: Any = session.execute(AMOUNTS, {"id": ticket_id}).one()
    return row[0], row[1]


def recount(deed: Deed, tickets: Iterable[Ticket], because: ThreadReason) -> None:
    """Tell each of these tickets, all of them locked, what its thread amounts to now, where that is another."""
    deed.session.flush()
    for ticket in sorted(tickets, key=lambda one: one.id):
        messages, waits_since = amount(deed.session, ticket.id)
        if (messages, waits_since) != (ticket.message_count, ticket.awaiting_reply_since):
            changed = ThreadChanged(message_count=messages, awaiting_reply_since=waits_since, because=because)
            deed.write(ticket, [changed])


def holding(session: Session, message_ids: Iterable[UUID]) -> set[UUID]:
    """The tickets that show any of these messages, wherever those were written."""
    return set(session.execute(HOLDING, {"message_ids": list(message_ids)}).scalars())
