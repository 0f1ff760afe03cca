"""The laws of threads: what stands in `message_place` is what the events say, and each ticket counts what it shows."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any
from uuid import UUID

from psycopg import Connection

from core.settings import Settings
from etl.connection import connect
from etl.laws.law import Finding

Places = dict[tuple[UUID, UUID], bool]
"""(message, ticket) → whether the ticket where it was written shows it, too."""

TOLD = """
    select kind, (payload ->> 'target_id')::uuid, array(select jsonb_array_elements_text(payload -> 'said_ids'))::uuid[]
    from (
        select kind, ticket_id, payload, position, 0 as seq from event
        where kind in ('ticket.split', 'ticket.messages_placed')
        union all
        select kind, ticket_id, payload, null, seq from event_pending
        where kind in ('ticket.split', 'ticket.messages_placed')
    ) as told
    where ticket_id = (payload ->> 'target_id')::uuid
    order by position nulls last, seq
"""
MISCOUNTED = """
    with recursive line as (
        select id as home_id, id as ticket_id, merged_into_id from ticket
        union
        select line.home_id, ticket.id, ticket.merged_into_id
        from line
        join ticket on ticket.id = line.merged_into_id
    ),
    shown as (
        select line.ticket_id, message.id
        from message
        join line on line.home_id = message.ticket_id
        where not exists (
            select from message_place as place
            where place.message_id = message.id
              and not place.is_shared
              and place.ticket_id not in (
                  select family.home_id from line as family where family.ticket_id = line.ticket_id
              )
        )
        union
        select line.ticket_id, place.message_id
        from message_place as place
        join line on line.home_id = place.ticket_id
    )
    select ticket.number, ticket.message_count, coalesce(counted.messages, 0)
    from ticket
    left join (select ticket_id, count(*) as messages from shown group by ticket_id) as counted
      on counted.ticket_id = ticket.id
    where ticket.message_count <> coalesce(counted.messages, 0)
"""


def places_are_as_told(settings: Settings) -> Finding:
    """Splits and placements, replayed in their order, give the rows of `message_place`."""
    with closing(connect(settings.database_url, "verify places", statement_seconds=0)) as connection:
        kept = {(row[0], row[1]): row[2] for row in connection.execute("select * from message_place")}
        told = replayed(connection)
    wrong = sorted(key for key in kept.keys() | told.keys() if kept.get(key) != told.get(key))
    return Finding.of(
        len(kept), [f"message {message} in ticket {ticket} is told of or kept alone" for message, ticket in wrong]
    )


def threads_are_counted(settings: Settings) -> Finding:
    """`message_count` is the number of messages that the ticket shows, with those of all tickets merged into it."""
    with closing(connect(settings.database_url, "verify threads", statement_seconds=0)) as connection:
        (checked,) = connection.execute("select count(*) from ticket").fetchone() or (0,)
        rows = connection.execute(MISCOUNTED).fetchall()
    return Finding.of(
        checked, [f"ticket {number} counts {told} messages and shows {seen}" for number, told, seen in rows]
    )


def replayed(connection: Connection[Any]) -> Places:
    """What the events say that `message_place` should hold."""
    places: Places = {}
    for kind, ticket_id, message_ids in connection.execute(TOLD).fetchall():
        if kind == "ticket.split":
            places |= {(message_id, ticket_id): True for message_id in message_ids}
            continue
        for key in list(_replaced(places, ticket_id, set(message_ids))):
            del places[key]
        written_here = "select id from message where id = any(%s) and ticket_id = %s"
        at_home = {row[0] for row in connection.execute(written_here, (message_ids, ticket_id))}
        places |= {(message_id, ticket_id): False for message_id in message_ids if message_id not in at_home}
    return places


def _replaced(places: Places, ticket_id: UUID, message_ids: set[UUID]) -> Iterator[tuple[UUID, UUID]]:
    for (message_id, there), is_shared in places.items():
        if message_id in message_ids and (not is_shared or there == ticket_id):
            yield message_id, there
