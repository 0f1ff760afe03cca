"""Lives of many tickets, read from the ledger quickly: what replays and backfills begin with.

The store hands over only what clocks heed, without the ids and hashes that are in no rule. What is left of an event
repeats itself so often that most are found in memory, understood before.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

import orjson
from psycopg import Connection

from app.sla.life import HEEDED, Deed, Life, lived
from core.events import Event
from core.upcasters import read_event

MOST_UNDERSTOOD = 50_000

_PARTS = """
    select asked.place, occurred_at, coalesce(command_id, event_id)::text as command_id,
           case when kind = 'ticket.created' then actor_id end as actor_id, kind, schema_version,
           (case when kind = 'message.added' then payload || '{NOTHING}' else payload end)::text as payload,
           ticket_version
    from unnest(%(ids)s::uuid[]) with ordinality as asked (ticket_id, place)
    join {table} using (ticket_id)
    where kind = any(%(heeded)s)
"""
_NOTHING = orjson.dumps({"message_id": str(UUID(int=0)), "body_hash": ""}).decode()
_LIVES = (
    " union all ".join(_PARTS.replace("{table}", table) for table in ("event", "event_pending"))
    + " order by 1, ticket_version"
).replace("{NOTHING}", _NOTHING)

_understood: dict[tuple[str, int, str], Event] = {}


def lives(connection: Connection[Any], ticket_ids: Sequence[UUID]) -> Iterator[Life]:
    """The lives of these tickets, in the order in which they were asked for; one of which nothing is known is left out.

    What is still without a position is in them. Ask for some hundreds at a time.
    """
    asked = {"ids": list(ticket_ids), "heeded": list(HEEDED)}
    with connection.cursor(binary=True) as cursor:
        rows = cursor.execute(_LIVES, asked).fetchall()
    for place, deeds in groupby(rows, key=itemgetter(0)):
        yield lived(ticket_ids[place - 1], map(_deed, deeds))


def _deed(row: Sequence[Any]) -> Deed:
    _, instant, command_id, actor_id, kind, version, payload, _ = row
    event = _understood.get((kind, version, payload)) or _read(kind, version, payload)
    return Deed(instant, event, actor_id, command_id)


def _read(kind: str, version: int, payload: str) -> Event:
    event = read_event(kind, version, orjson.loads(payload))
    if kind != "ticket.created":
        if len(_understood) >= MOST_UNDERSTOOD:
            _understood.clear()
        _understood[kind, version, payload] = event
    return event
