"""The control of `create`: FastAPI, one raw statement that inserts a ticket, its message and its event, nothing else.

No sign-in, no rules, no idempotency, no answer but the id: what the same server could do if it did nothing for us.
"""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool, ConnectionPool
from pydantic import BaseModel

STATEMENT = """
with new_ticket as (
    insert into ticket (id, number, title, queue_id, state_id, category, priority, channel, tags, custom, version,
                        history_complete, created_at, updated_at, message_count, involved_ids, watcher_ids,
                        touched_version)
    values (%(ticket)s, nextval('ticket_number'), %(title)s, %(queue)s, %(state)s, 'NEW', 2, 'web', '{}', '{}', 1,
            true, %(now)s, %(now)s, 1, '{}', '{}', 1)
    returning id
), new_message as (
    insert into message (id, ticket_id, direction, visibility, author_kind, channel, is_first, is_auto, body,
                         created_at)
    values (%(message)s, %(ticket)s, 'in', 'public', 'end_user', 'web', true, false, %(body)s, %(now)s)
)
insert into event_pending (event_id, ticket_id, ticket_version, kind, schema_version, occurred_at, recorded_at,
                           actor_kind, actor_role, source, payload)
values (%(event)s, %(ticket)s, 1, 'ticket.created', 1, %(now)s, %(now)s, 'end_user', 'customer', 'api', %(payload)s)
"""


class Wish(BaseModel):
    """What the control is sent: the same body as the real route."""

    title: str
    body: str
    queue_id: uuid.UUID


class Made(BaseModel):
    """What the control answers."""

    id: uuid.UUID


def create_control(database_url: str, state_id: str, *, is_async: bool = False) -> FastAPI:
    """The control as a plain `def` route, or as an `async` one."""
    pool: Any = (AsyncConnectionPool if is_async else ConnectionPool)(
        database_url, min_size=20, max_size=40, open=False, kwargs={"autocommit": True}
    )

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if is_async:
            async with pool:
                yield
        else:
            with pool:
                yield

    control = FastAPI(lifespan=lifespan)
    state = uuid.UUID(state_id)

    def values(body: Wish) -> dict[str, Any]:
        return {
            "ticket": uuid.uuid4(), "message": uuid.uuid4(), "event": uuid.uuid4(), "now": datetime.now(UTC),
            "title": body.title, "body": body.body, "queue": body.queue_id, "state": state,
            "payload": Jsonb({"queue_id": str(body.queue_id), "channel": "web"}),
        }  # fmt: skip

    if is_async:

        @control.post("/api/v1/tickets", status_code=201)
        async def open_ticket_async(body: Wish) -> Made:
            row = values(body)
            async with pool.connection() as connection:
                await connection.execute(STATEMENT, row)
            return Made(id=row["ticket"])

    else:

        @control.post("/api/v1/tickets", status_code=201)
        def open_ticket(body: Wish) -> Made:
            row = values(body)
            with pool.connection() as connection:
                connection.execute(STATEMENT, row)
            return Made(id=row["ticket"])

    return control
