"""How the house was at any instant: who was there, what queues and organisations were called, who had what role.

A row lasts from the event that tells it to the next one of the same thing, in the order of (occurred_at, position). So
a late event changes its own row and the one before it, and nothing of other things.
"""

from collections.abc import Collection
from dataclasses import dataclass

import duckdb

from analytics import models


@dataclass(frozen=True, slots=True)
class Valid:
    """A table of what was valid when: rows of one `key` follow each other, each told by an event of these kinds.

    Without a key all of them do.
    """

    kinds: tuple[str, ...]
    key: str | None

    @property
    def of(self) -> str:
        """What rows that follow each other have in common, as SQL."""
        return self.key or "''"


TABLES = {
    "presence": Valid(("agent.presence_changed",), "person_id"),
    "queue_version": Valid(("queue.defined",), "queue_id"),
    "state_version": Valid(("state.defined",), "state_id"),
    "organisation_version": Valid(("organisation.defined",), "organisation_id"),
    "person_version": Valid(("person.defined",), "person_id"),
    "denominator_version": Valid(("denominator.recorded", "denominator.removed"), "name"),
    "data_check": Valid(("data.checked",), None),
}


def follow(cursor: duckdb.DuckDBPyConnection, kinds: Collection[str]) -> None:
    """What a batch in `temp.now_event` changes, in the caller's transaction; `kinds` are those of its fresh events."""
    for name, valid in TABLES.items():
        if any(kind in kinds for kind in valid.kinds):
            _follow(cursor, name, valid)


def derive(cursor: duckdb.DuckDBPyConnection, into: str = "") -> None:
    """All rows from the lake's own events, into the tables of the lake or, with a prefix, into others."""
    kinds = _quoted([kind for valid in TABLES.values() for kind in valid.kinds])
    cursor.execute(f"create or replace temp table house_event as from event where kind in ({kinds})")
    for name, valid in TABLES.items():
        cursor.execute(f"insert into {into}{name} by name {_lasting(_told(name, 'from temp.house_event'), valid)}")
    cursor.execute("drop table temp.house_event")


def _follow(cursor: duckdb.DuckDBPyConnection, name: str, valid: Valid) -> None:
    fresh = f"from temp.now_event where era = 'fresh' and kind in ({_quoted(valid.kinds)})"
    cursor.execute(f"create or replace temp table fresh_row as {_told(name, fresh)}")
    bounds = f"select min(since), list(distinct {valid.of}) from temp.fresh_row"
    since, keys = cursor.execute(bounds).fetchone() or (None, [])
    which = f"{valid.of} in ({_quoted(keys)}) and until >= timestamp '{since}'"
    rows = f"select * exclude (until) from {name} where {which} union all by name from temp.fresh_row"
    cursor.execute(f"create or replace temp table valid_row as {_lasting(rows, valid)}")
    cursor.execute(f"delete from {name} where {which}")
    cursor.execute(f"insert into {name} by name select * from temp.valid_row order by since, position")


def _told(name: str, events: str) -> str:
    """The rows that these events tell, without an end."""
    return f"with told as ({events}) {models.text(name)}"


def _lasting(rows: str, valid: Valid) -> str:
    return f"""
        select *, coalesce(lead(since) over life, timestamp 'infinity') as until
        from ({rows})
        window life as (partition by {valid.of} order by since, position)
        order by since, position
    """


def _quoted(words: Collection[object]) -> str:
    return ", ".join(f"'{word}'" for word in words)
