"""A company with eight queues and as many tickets as wanted, put straight into the tables: for measuring reads."""

import psycopg
import sqlalchemy as sa

from app.db import Database
from app.first_company import OF_AGENTS, found_company
from app.identity.session import begin_session
from app.people.setup import define_person
from app.queues.setup import define_queue, set_rights
from app.tickets.ticket import Ticket
from core.actor import SYSTEM, Role

GIVEN = {
    "id": "gen_random_uuid()",
    "number": "1000 + n",
    "title": "'Order ' || n || ' has not arrived'",
    "queue_id": "queues.ids[1 + n % 8]",
    "state_id": "state.id",
    "category": "state.category",
    "priority": "1 + n % 4",
    "channel": "'email'",
    "tags": "array['delivery']",
    "custom": "'{}'",
    "version": "2",
    "history_complete": "true",
    "created_at": "now() - n * interval '1 minute'",
    "updated_at": "now() - n * interval '1 minute'",
    "message_count": "1",
    "touched_version": "2",
}
"""What a ticket's columns hold; any other column that must hold something is an empty list."""

FILL = """
    insert into ticket ({columns})
    select {values}
    from generate_series(1, {tickets}) as n
    join ticket_state as state on state.name = case when n % 20 = 0 then 'open' else 'closed' end,
         (select array_agg(id) as ids from queue where name like 'Queue %') as queues
"""
SAY = """
    insert into message (
        id, ticket_id, direction, visibility, author_kind, channel, is_first, is_auto, body, created_at
    )
    select gen_random_uuid(), id, 'in', 'public', 'end_user', 'email', true, false, 'Where is it?', created_at
    from ticket
"""


def founded(database_url: str) -> str:
    """The company, and the secret of a session of Ana, who may work in all of its queues."""
    database = Database(database_url, most_connections=1)
    with database.transaction() as session:
        found_company(session)
        for n in range(8):
            queue = define_queue(session, SYSTEM, name=f"Queue {n}")
            set_rights(session, SYSTEM, queue_id=queue.id, holder_kind="role", holder="agent", rights=OF_AGENTS)
        agent = define_person(session, SYSTEM, name="Ana", email="ana@example.com", role=Role.AGENT)
        secret = begin_session(session, agent, 12)
    database.close()
    return secret


def fill(database_url: str, tickets: int) -> None:
    """The tickets, each with one message; one in twenty is open."""
    empty = {one.name: "'{}'" for one in sa.inspect(Ticket).columns if not one.nullable and one.name not in GIVEN}
    columns, values = ", ".join([*GIVEN, *empty]), ", ".join([*GIVEN.values(), *empty.values()])
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(FILL.format(columns=columns, values=values, tickets=tickets))
        connection.execute(SAY)
        connection.execute("vacuum analyze")
