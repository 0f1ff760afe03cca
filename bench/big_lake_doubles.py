"""A lake of many times the million's tickets: each of them with doubles, who live the same life some minutes earlier.

The models look at one ticket's events alone, so what they would derive of a double is what they derived of its ticket,
with other ids and shifted times: nothing has to be derived again. Customers have doubles, too. Events have none: panels
read derived tables only.
"""

from collections.abc import Callable
from itertools import pairwise

import duckdb

from analytics import models
from analytics.lake_connection import CATALOGUE_SCHEMA, postgres, quoted
from analytics.lake_layout import order_of_many
from core.settings import Settings

PARTS = 5
"""Parts for each time that the tickets are taken, as a rebuild has parts of two million events."""

SHIFT_US = 437_123_457
"""Earlier by so many microseconds for each double: no two have the same instants, as nobody's tickets do."""

COPIED = ("directory", "calendar_breakpoint")
OWN_IDS = ("ticket_id", "clock_id", "message_id", "requester_id")

HOUR_US = 3_600_000_000
TOUCHED = f"""
    ((1::bigint << (epoch_us(until) // {HOUR_US} - epoch_us(since) // {HOUR_US} + 1)) - 1)
        << (epoch_us(since) // {HOUR_US} % 24)
"""
HOURS = f"""
    if(until < since + interval 23 hours, (({TOUCHED}) | (({TOUCHED}) >> 24)) & 16777215, 16777215)::integer
"""
"""As models/unsolved_span.sql has them, of the shifted times."""


def make(cursor: duckdb.DuckDBPyConnection, source: Settings, times: int, say: Callable[[int, int], None]) -> int:
    """Fill the lake that the cursor writes from the other one; returns the position that it stands at."""
    address = quoted("ducklake:postgres:" + postgres(source.lake_catalog, "bench"))
    place = f"data_path {quoted(source.lake_path)}, override_data_path true, metadata_schema '{CATALOGUE_SCHEMA}'"
    cursor.execute(f"attach {address} as source ({place}, read_only)")
    for name in COPIED:
        cursor.execute(f"delete from {name}; insert into {name} by name from source.{name}")
    edges = _edges(cursor, PARTS * times)
    for done, (first, last) in enumerate(pairwise(edges), start=1):
        for name in models.DERIVED:
            cursor.execute(_part(cursor, name, times), [first, last])
        say(done, len(edges) - 1)
    (newest,) = cursor.execute("select max(position) from source.cursor").fetchone() or (0,)
    return int(newest) * times


def _edges(cursor: duckdb.DuckDBPyConnection, parts: int) -> list[str]:
    """The ids between which about as many tickets lie; ids are in the order of time."""
    cut = "select ntile(?) over (order by ticket_id) as part, ticket_id from source.ticket"
    firsts = cursor.execute(f"select min(ticket_id)::varchar from ({cut}) group by part order by part", [parts])
    return [*(first for (first,) in firsts.fetchall()), "ffffffff-ffff-ffff-ffff-ffffffffffff"]


def _part(cursor: duckdb.DuckDBPyConnection, name: str, times: int) -> str:
    kinds = dict(cursor.execute(f"select column_name, column_type from (describe source.{name})").fetchall())
    told = {
        column: f"{column} - to_microseconds(r * {SHIFT_US})" for column, kind in kinds.items() if kind == "TIMESTAMP"
    }
    told |= {column: f"(left({column}::varchar, 35) || to_hex(r))::uuid" for column in OWN_IDS if column in kinds}
    told |= {"number": f"number * {times} + r"} if "number" in kinds else {}
    replaced = ", ".join(f"{value} as {column}" for column, value in told.items())
    rows = f"""
        select * exclude (r) replace ({replaced})
        from source.{name}, (select range as r from range({times}))
        where ticket_id >= ?::uuid and ticket_id < ?::uuid
    """
    if "hours" in kinds:
        rows = f"select * replace ({HOURS} as hours) from ({rows})"
    return f"insert into {name} by name select * from ({rows}) order by {order_of_many(name)}"
