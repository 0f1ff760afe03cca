"""Entries out of histories, and rows as dictionaries, for tests without a ledger."""

from collections.abc import Sequence

import duckdb

from core.ledger import Entry, Envelope
from tests.lake.reference import Row


def entries(events: Sequence[Envelope]) -> list[Entry]:
    """The events with positions, as if the ledger had them."""
    return [
        Entry(**{name: getattr(event, name) for name in Envelope.__slots__}, position=position, hash=b"")
        for position, event in enumerate(events, start=1)
    ]


def dicts(found: duckdb.DuckDBPyConnection) -> list[Row]:
    """All rows of a query that has run."""
    columns = [column[0] for column in found.description]
    return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
