"""A rebuilt store is the streamed one, row for row."""

import hashlib
from contextlib import closing

import psycopg
import pytest

from analytics.lake import open_reader
from analytics.models import CANONICAL_ORDER
from core.settings import Settings
from etl.rebuild import rebuild
from etl.stores import SINKS
from search import open_index

pytestmark = pytest.mark.xdist_group("laws")


def contents(settings: Settings) -> dict[str, str]:
    """A fingerprint of each table of the lake, in canonical order, and of the index."""
    with open_reader(settings) as lake, lake.cursor() as cursor, closing(open_index(settings)) as index:
        tables = {
            name: cursor.execute(f"from {name} order by {order}").fetchall() for name, order in CANONICAL_ORDER.items()
        }
        versions = sorted(index.versions())
    return {
        name: hashlib.sha256(repr(rows).encode()).hexdigest() for name, rows in {**tables, "index": versions}.items()
    }


def test_streamed_and_rebuilt_are_the_same(copy: Settings) -> None:
    streamed = contents(copy)
    with psycopg.connect(copy.database_url) as connection:
        (newest,) = connection.execute("select max(position) from event").fetchone() or (0,)
    assert newest > 100
    assert rebuild(copy, SINKS, list(SINKS), lambda *_: None, print) == {"lake": newest, "search": newest}
    assert contents(copy) == streamed
