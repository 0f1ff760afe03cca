"""A company with eight queues and as many tickets as wanted, put straight into the tables: for measuring reads.

Each ticket has a customer, its first message and the two events of its opening; one in twenty is open, half of these
belong to somebody. With BENCH_FOLDER the database stays there, for the next run with as many tickets.
"""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import sqlalchemy as sa
from sqlmodel import col

from app.db import Database
from app.first_company import OF_AGENTS, found_company
from app.identity.session import begin_session
from app.people.person import Person
from app.people.setup import define_person
from app.queues.setup import define_queue, set_rights
from app.tickets.ticket import Ticket
from bench.database import database_in, durable_database
from core.actor import SYSTEM, Role

AGENTS, CUSTOMERS = 20, 200

GIVEN = {
    "id": "gen_random_uuid()",
    "number": "1000 + n",
    "title": "'Order ' || n || ' has not arrived'",
    "queue_id": "queues.ids[1 + n % 8]",
    "state_id": "state.id",
    "category": "state.category",
    "priority": "1 + n % 4",
    "channel": "'email'",
    "requester_id": "customers.ids[1 + n % cardinality(customers.ids)]",
    "agent_id": "case when n % 40 = 0 then agents.ids[1 + n / 40 % cardinality(agents.ids)] end",
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
         (select array_agg(id) as ids from queue where name like 'Queue %') as queues,
         (select array_agg(id) as ids from person where role = 'agent') as agents,
         (select array_agg(id) as ids from person where role = 'customer') as customers
"""
SAY = """
    insert into message (
        id, ticket_id, direction, visibility, author_id, author_kind, channel, is_first, is_auto, body, created_at
    )
    select gen_random_uuid(), id, 'in', 'public', requester_id, 'end_user', 'email', true, false, 'Where is it?',
           created_at
    from ticket
"""
NOTE = """
    insert into event (
        position, event_id, ticket_id, ticket_version, kind, schema_version, occurred_at, recorded_at,
        actor_id, actor_kind, actor_role, source, payload, hash
    )
    select 2 * row_number() over (order by ticket.number) - 2 + told.version, gen_random_uuid(),
           ticket.id, told.version, told.kind, 1,
           ticket.created_at, ticket.created_at, ticket.requester_id, 'end_user', 'customer', 'email', told.payload, ''
    from ticket join message on message.ticket_id = ticket.id, lateral (values
        (1, 'ticket.created', jsonb_build_object(
            'number', number, 'subject_hash', '', 'queue_id', queue_id, 'state_id', state_id, 'state', 'open',
            'category', 'OPEN', 'priority', priority, 'channel', ticket.channel, 'requester_id', requester_id,
            'agent_id', agent_id, 'tags', tags)),
        (2, 'message.added', jsonb_build_object(
            'message_id', message.id, 'direction', 'in', 'visibility', 'public', 'author_kind', 'end_user',
            'channel', 'email', 'is_first', true, 'chars', length(body)))
    ) as told (version, kind, payload)
"""


@contextmanager
def company_with(tickets: int) -> Iterator[tuple[str, str]]:
    """The address of a durable database with so many tickets, and the secret of a new session of Ana."""
    kept = os.environ.get("BENCH_FOLDER")
    if not kept:
        with durable_database() as database_url:
            yield database_url, _settled(database_url, tickets)
        return
    folder = Path(kept) / f"tickets-{tickets}"
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)
    with database_in(folder) as database_url:
        yield database_url, _settled(database_url, tickets)


def _settled(database_url: str, tickets: int) -> str:
    with closing(Database(database_url, most_connections=1, statement_seconds=300)) as database:
        with database.reading() as session:
            ana = session.execute(sa.select(Person).where(col(Person.name) == "Ana")).scalar_one_or_none()
        if ana is None:
            secret = founded(database_url)
            fill(database_url, tickets)
            return secret
        with database.transaction() as session:
            return begin_session(session, ana, 12)


def founded(database_url: str) -> str:
    """The company, and the secret of a session of Ana, who may work in all of its queues."""
    database = Database(database_url, most_connections=1)
    with database.transaction() as session:
        found_company(session)
        for n in range(8):
            queue = define_queue(session, SYSTEM, name=f"Queue {n}")
            set_rights(session, SYSTEM, queue_id=queue.id, holder_kind="role", holder="agent", rights=OF_AGENTS)
        for n in range(AGENTS):
            define_person(session, SYSTEM, name=f"Agent {n}", email=f"agent{n}@example.com", role=Role.AGENT)
        for n in range(CUSTOMERS):
            define_person(session, SYSTEM, name=f"Customer {n}", email=f"customer{n}@example.com", role=Role.CUSTOMER)
        agent = define_person(session, SYSTEM, name="Ana", email="ana@example.com", role=Role.AGENT)
        secret = begin_session(session, agent, 12)
    database.close()
    return secret


def fill(database_url: str, tickets: int) -> None:
    """The tickets with messages and events, and no notes for those who count: whoever asks counts anew."""
    empty = {one.name: "'{}'" for one in sa.inspect(Ticket).columns if not one.nullable and one.name not in GIVEN}
    columns, values = ", ".join([*GIVEN, *empty]), ", ".join([*GIVEN.values(), *empty.values()])
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("alter table ticket disable trigger user")
        connection.execute(FILL.format(columns=columns, values=values, tickets=tickets))
        connection.execute("alter table ticket enable trigger user")
        connection.execute(SAY)
        connection.execute(NOTE)
        connection.execute("vacuum analyze")
