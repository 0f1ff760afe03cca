"""Two connections to one database, as two processes would have."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from psycopg import Connection

from etl.connection import connect


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection[Any]]:
    """A connection in autocommit mode to a migrated database of this test's own."""
    with closing(connect(database_url, "test")) as opened:
        yield opened


@pytest.fixture
def other(database_url: str) -> Iterator[Connection[Any]]:
    """A second connection to the same database."""
    with closing(connect(database_url, "test")) as opened:
        yield opened
