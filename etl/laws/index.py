"""The law of the search index: it knows every ticket, in the version that PostgreSQL has."""

from contextlib import closing
from typing import Any
from uuid import UUID

from psycopg import Connection

from core.settings import Settings
from etl.laws.law import Finding, lasting
from search import SearchIndex, open_index

Versions = dict[UUID, int]


def index_knows_every_ticket(settings: Settings, connection: Connection[Any]) -> Finding:
    """The same tickets in the same versions."""
    with closing(open_index(settings)) as index:
        wrong = lasting(lambda: _different(*_look(connection, index)))
        here, there = _look(connection, index)
    words = "ticket {} is at version {}, in the index at {}".format
    return Finding.of(len(here), [words(each, here.get(each), there.get(each)) for each in sorted(wrong)])


def _look(connection: Connection[Any], index: SearchIndex) -> tuple[Versions, Versions]:
    there = dict(index.versions())
    return dict(connection.execute("select ticket_id, version from ticket_document").fetchall()), there


def _different(here: Versions, there: Versions) -> set[UUID]:
    return {each for each in here.keys() | there.keys() if here.get(each) != there.get(each)}
