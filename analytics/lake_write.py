"""One batch into the lake: its events, what they change in the derived tables, and the cursor, in one transaction.

The ticket is the unit of recomputation. Each model runs over the touched tickets' events as they were before the
batch and as they are with it; the difference is what is deleted and inserted. Nothing of the lake itself has to be
read, and rows that stay the same stay where they are.
"""

from collections.abc import Sequence
from uuid import UUID

import duckdb

from analytics import lake_event, models
from core.ledger import Entry

DirectoryRow = tuple[str, UUID, str, UUID | None, str | None]
"""kind, id, name, parent_id, detail: a name behind an id."""

KEYS = {
    "ticket": ("ticket_id",),
    "ticket_interval": ("ticket_id", "n"),
    "message": ("ticket_id", "message_id"),
    "queue_delta": ("ticket_id", "n", "delta"),
}
DATED = {"ticket": "created_at", "ticket_interval": "since", "message": "occurred_at", "queue_delta": "occurred_at"}
"""The column that each table's files are roughly sorted by: bounds on it spare reading most of them."""


class Change:
    """What a batch does to the lake, computed but not yet applied. `cursor` has no transaction open."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, past: Sequence[Entry], fresh: Sequence[Entry]) -> None:
        """`past` is what the lake already holds of the tickets that `fresh` touches."""
        self._cursor = cursor
        self._has_past = bool(past)
        _stage(cursor, past, fresh)
        for name in ("fold", "ticket_interval", "queue_delta", "message", "ticket"):
            ready = {"fold": "from temp.now_fold", "ticket_interval": "from temp.now_ticket_interval"}
            ready = {key: query for key, query in ready.items() if key in models.READS[name]}
            model = models.select(name, "from temp.now_event", **ready)
            cursor.execute(f"create or replace temp table now_{name} as {model}")
            if name in models.DERIVED and self._has_past:
                self._compare(name)

    def apply(self) -> None:
        """Delete and insert, in the transaction that the caller has opened and will commit."""
        self._cursor.execute("insert into event by name from temp.fresh_event order by position")
        for name in models.DERIVED:
            if self._has_past:
                self._delete(name)
            rows = "come" if self._has_past else "now"
            order = f"{DATED[name]}, {models.CANONICAL_ORDER[name]}"
            self._cursor.execute(f"insert into {name} by name from temp.{rows}_{name} order by {order}")

    def _compare(self, name: str) -> None:
        """Split a model's rows into those that go and those that come."""
        self._cursor.execute(
            f"""
            create or replace temp table was_{name} as
            select touched.ticket_id, now.* exclude (ticket_id)
            from temp.now_{name} as now join temp.touched on now.ticket_id = touched.past_id;

            create or replace temp table is_{name} as
            from temp.now_{name} as now anti join temp.touched on now.ticket_id = touched.past_id;

            create or replace temp table go_{name} as (from temp.was_{name} except from temp.is_{name});
            create or replace temp table come_{name} as (from temp.is_{name} except from temp.was_{name});
            """
        )

    def _delete(self, name: str) -> None:
        dated, keys = DATED[name], ", ".join(KEYS[name])
        bounds = self._cursor.execute(f"select min({dated}), max({dated}) from temp.go_{name}").fetchone()
        if bounds and bounds[0] is not None:
            self._cursor.execute(
                f"""
                delete from {name}
                where {dated} between '{bounds[0]}'::timestamp and '{bounds[1]}'::timestamp
                  and ({keys}) in (select {"(" + keys + ")" if "," in keys else keys} from temp.go_{name})
                """
            )


def move_cursor(cursor: duckdb.DuckDBPyConnection, position: int) -> None:
    """Say up to where the lake has followed, in the caller's transaction."""
    cursor.execute("insert into cursor values (?, ?)", [position, models.version()])


def replace_directory(cursor: duckdb.DuckDBPyConnection, rows: Sequence[DirectoryRow]) -> None:
    """The names behind the ids, all anew, in the caller's transaction."""
    cursor.execute("delete from directory")
    columns = zip(*rows, strict=True) if rows else ((),) * 5
    cursor.execute(
        """
        insert into directory
        select unnest($1)::varchar, unnest($2)::uuid, unnest($3)::varchar, unnest($4)::uuid, unnest($5)::varchar
        """,
        [list(column) for column in columns],
    )


def _stage(cursor: duckdb.DuckDBPyConnection, past: Sequence[Entry], fresh: Sequence[Entry]) -> None:
    """Temporary tables: the events as the lake keeps them, and again under `past_id` as they were before the batch."""
    for name, entries in (("past", past), ("fresh", fresh)):
        rows = lake_event.table(entries)
        cursor.register("arrived", rows)
        event = models.select("event_row", "", entry="from arrived")
        cursor.execute(f"create or replace temp table {name}_event as {event}")
        cursor.unregister("arrived")
    cursor.execute(
        """
        create or replace temp table touched as
        select distinct ticket_id, md5(ticket_id::varchar)::uuid as past_id
        from temp.past_event;

        create or replace temp table now_event as
        from temp.fresh_event
        where ticket_id is not null
        union all
        from temp.past_event
        union all
        select past_event.* replace (touched.past_id as ticket_id)
        from temp.past_event join temp.touched using (ticket_id);
        """
    )
