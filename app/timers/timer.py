"""The row of a timer, and how one is set and cancelled."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
from psycopg.types.json import Jsonb
from sqlalchemy.orm import Session
from sqlmodel import Field, SQLModel

from app.columns import instant, mapping
from app.db import driver_of
from app.writes import Write
from core import clock
from core.ids import new_id

CHANNEL = "timer"
"""The NOTIFY channel on which whoever sets a timer wakes the runner."""

LONGEST_WAIT_SECONDS = 5.0
"""The runner looks at least this often, so that only timers due within it need a bell: NOTIFY makes writers queue."""


class Timer(SQLModel, table=True):
    """Something that is to happen at `due_at`. A row that is gone has happened or was cancelled."""

    __table_args__ = (
        sa.Index("timer_due", "due_at", "id", postgresql_where=sa.text("not is_set_aside")),
        sa.Index("timer_set_aside", "id", postgresql_where=sa.text("is_set_aside")),
        sa.Index("timer_of_ticket", "ticket_id", postgresql_where=sa.text("ticket_id is not null")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    key: str = Field(unique=True, max_length=200)
    """What makes it this timer: setting it twice sets it once."""
    kind: str = Field(max_length=50)
    """Which handler it is for."""
    due_at: datetime = instant()
    ticket_id: UUID | None = Field(
        default=None,
        sa_column=sa.Column(
            sa.Uuid,
            sa.ForeignKey("ticket.id", name="timer_ticket_id_fkey", deferrable=True, initially="DEFERRED"),
        ),
    )
    """The ticket that the handler will change: its row is locked before the timer's, as commands do.

    The ticket itself may be written later in the same transaction (app/writes.py): hence the deferred key.
    """
    payload: dict[str, Any] = mapping()
    attempts: int = 0
    note: str = Field(default="", max_length=500)
    """Why the last attempt failed."""
    is_set_aside: bool = False
    """It failed too often; it is kept for people to look at, and setting it again revives it."""


SET = """
    insert into timer (id, key, kind, due_at, ticket_id, payload, attempts, note, is_set_aside)
    values (%s, %s, %s, %s, %s, %s, 0, '', false)
    on conflict (key) do update set
        kind = excluded.kind, due_at = excluded.due_at, ticket_id = excluded.ticket_id, payload = excluded.payload,
        attempts = 0, note = '', is_set_aside = false
"""


def set_timer(
    session: Session,
    *,
    key: str,
    kind: str,
    due_at: datetime,
    ticket_id: UUID | None = None,
    payload: dict[str, Any] | None = None,
) -> None:
    """Let `kind` happen at `due_at` (aware), or as soon as possible if that is past; with this key once only.

    `payload` is JSON: ids and numbers, never words that must be erasable. Who gives a `ticket_id` should hold that
    ticket's lock (a command does), since the runner takes locks in the order ticket, timer.
    """
    driver = driver_of(session)
    driver.execute(*timer_write(key=key, kind=kind, due_at=due_at, ticket_id=ticket_id, payload=payload))
    if due_at <= clock.now() + timedelta(seconds=2 * LONGEST_WAIT_SECONDS):
        driver.execute("select pg_notify(%s, '')", (CHANNEL,))


def timer_write(
    *, key: str, kind: str, due_at: datetime, ticket_id: UUID | None = None, payload: dict[str, Any] | None = None
) -> Write:
    """`set_timer` as a statement for whoever sends it together with others (app/writes.py): it rings no bell, so a
    timer that is due within `LONGEST_WAIT_SECONDS` may be that late.
    """
    return SET, (new_id(), key, kind, due_at, ticket_id, Jsonb(payload or {}, orjson.dumps))


def cancel_timer(session: Session, key: str) -> bool:
    """Let it not happen. False: there is none (any more); whoever is just running it is waited for."""
    return driver_of(session).execute("delete from timer where key = %s", (key,)).rowcount > 0
