"""One batch into the lake: its events, what they change in the derived tables, and the cursor, in one transaction.

The ticket is the unit of recomputation. The models run over the touched tickets' events twice in one go: as they are
with the batch, and as they were before it, under ids of their own (ghosts). The difference is what is deleted and
inserted. Nothing of the lake has to be read for that, and rows that stay the same stay where they are.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import duckdb
import pyarrow as pa

from analytics import lake_event, models
from analytics.business_time import lay_out, told_of
from analytics.lake_event import naive
from analytics.lake_layout import DATED, KEY
from core.events import CalendarDefined
from core.ids import id_from
from core.ledger import Entry


class Change:
    """What a batch does to the lake, computed but not yet applied. `cursor` has no transaction open."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, past: Sequence[Entry], fresh: Sequence[Entry]) -> None:
        """`past` is what the lake already holds of the tickets that `fresh` touches."""
        self._cursor = cursor
        self._has_past = bool(past)
        self.kinds = frozenset(entry.kind for entry in fresh)
        _stage(cursor, past, fresh)
        computed: dict[str, str] = {}
        if _stage_edges(cursor, (*past, *fresh)):
            computed[models.LAID_OUT] = "from temp.now_edge"
        kinds = {entry.kind for entry in (*past, *fresh)}
        filled = [name for name in models.DERIVED if models.is_filled(name, kinds)]
        moved = [name for name in filled if models.is_moved(name, self.kinds)]
        again = {relation for name in moved for relation in models.READS[name]}
        for name in ("fold", *filled):
            if name in again:
                cursor.execute(f"create or replace temp table now_{name} as {_model(name, computed)}")
                computed[name] = f"from temp.now_{name}"
        self._rows = {name: _model(name, computed) for name in moved}
        if past:
            self._compare()

    def apply(self) -> None:
        """Delete and insert, in the transaction that the caller has opened and will commit."""
        self._cursor.execute(
            "insert into event by name select * exclude (era) from temp.now_event where era = 'fresh' order by position"
        )
        for name, rows in self._rows.items():
            if self._has_past:
                self._delete(name)
            order = f"{DATED[name]}, {models.CANONICAL_ORDER[name]}"
            self._cursor.execute(f"insert into {name} by name select * from ({rows}) order by {order}")

    def _compare(self) -> None:
        """Rows that the tickets had before the batch stay; `apply` deletes and inserts what differs, if any does."""
        for name, model in [*self._rows.items()]:
            made = f"create or replace temp table change_{name} as {_difference(model)}"
            if self._cursor.execute(made).fetchone() == (0,):
                del self._rows[name]
            else:
                self._rows[name] = f"select * exclude (sign) from temp.change_{name} where sign > 0"

    def _delete(self, name: str) -> None:
        dated, key = DATED[name], KEY[name]
        going = f"from temp.change_{name} where sign < 0"
        found = (
            f"select min({dated}), max({dated}), list(distinct ticket_id), list((ticket_id, {key})::varchar) {going}"
        )
        since, until, ticket_ids, keys = self._cursor.execute(found).fetchone() or (None,) * 4
        if ticket_ids:
            self._cursor.execute(
                f"""
                delete from {name}
                where {dated} between timestamp '{since}' and timestamp '{until}'
                  and ticket_id in ({_literals(ticket_ids)})
                  and (ticket_id, {key})::varchar in ({_literals(keys)})
                """
            )


def forget(cursor: duckdb.DuckDBPyConnection) -> None:
    """Drop what a batch has left in memory for the next one to overwrite."""
    made = [f"{when}_{name}" for name in ("fold", *models.DERIVED) for when in ("now", "change")]
    cursor.execute("; ".join(f"drop table if exists temp.{name}" for name in ("ghost", "now_event", *made)))


def _literals(values: Sequence[object]) -> str:
    return ", ".join(f"'{value}'" for value in values)


def look_again(cursor: duckdb.DuckDBPyConnection, late: Sequence[CalendarDefined]) -> None:
    """Give clocks what hangs on calendars that were set aside when they were told of, in the caller's transaction."""
    for of in late:
        named = f"calendar_id = '{of.calendar_id}' and calendar_version = {of.version}"
        theirs = f"where ticket_id in (select ticket_id from sla_segment where {named})"
        known = {name: f"select * from {name} {theirs}" for name in ("sla_segment", "ticket_interval")}
        cursor.execute(f"delete from sla_risk {theirs}")
        cursor.execute(f"insert into sla_risk by name {models.select('sla_risk', '', **known)}")


def move_cursor(cursor: duckdb.DuckDBPyConnection, position: int) -> None:
    """Say up to where the lake has followed, in the caller's transaction."""
    cursor.execute("insert into cursor values (?, ?)", [position, models.version()])


def replace_directory(cursor: duckdb.DuckDBPyConnection, rows: Sequence[tuple[Any, ...]]) -> None:
    """The names behind the ids (kind, id, name, parent_id, detail), all anew, in the caller's transaction."""
    kinds, known, names, parents, details = zip(*rows, strict=True) if rows else ((),) * 5
    directory = pa.table(
        {"kind": pa.array(kinds, pa.string()), "id": lake_event.ids(known), "name": pa.array(names, pa.string()),
         "parent_id": lake_event.ids(parents), "detail": pa.array(details, pa.string())}
    )  # fmt: skip
    cursor.execute("delete from directory")
    cursor.register("arrived", directory)
    cursor.execute("insert into directory by name from arrived")
    cursor.unregister("arrived")


def _stage(cursor: duckdb.DuckDBPyConnection, past: Sequence[Entry], fresh: Sequence[Entry]) -> None:
    """The tables `now_event` (all events, in the lake's columns, and of which era) and, if need be, `ghost`."""
    eras = pa.array(["fresh"] * len(fresh) + ["past"] * len(past))
    arrived = lake_event.table([*fresh, *past]).append_column("era", eras)
    rows = models.select("event_row", "", entry="from arrived")
    if past:
        known = {entry.ticket_id for entry in past if entry.ticket_id is not None}
        ghosts = {"ticket_id": lake_event.ids([_ghost(one) for one in known]), "real_id": lake_event.ids([*known])}
        _keep(cursor, "ghost", pa.table(ghosts), "from arrived")
        rows = _HAUNTED.format(rows=rows)
    _keep(cursor, "now_event", arrived, rows)


_HAUNTED = """
with row as (
    {rows}
)
from row
union all by name
select row.* replace (ghost.ticket_id as ticket_id, 'ghost' as era)
from row
join temp.ghost on row.ticket_id = ghost.real_id
where row.era = 'past'
"""
"""The rows of a batch, and those of the past once more under the ids of ghosts."""


def _stage_edges(cursor: duckdb.DuckDBPyConnection, entries: Sequence[Entry]) -> bool:
    """The table `now_edge`, if need be: how the calendars of clocks are laid out, as far as these have to do with it.

    Whole versions are kept beside it for the batches to come: they never change.
    """
    clocks = [one for one in entries if one.kind.startswith(models.CLOCK_KINDS) and one.payload["calendar_id"]]
    if not clocks:
        return False
    cursor.execute(f"create temp table if not exists laid_out as from {models.LAID_OUT} limit 0")
    named = {(UUID(one.payload["calendar_id"]), int(one.payload["calendar_version"])) for one in clocks}
    told = {(event.calendar_id, event.version): event for event in told_of(entries)}
    kept = cursor.execute("select distinct calendar_id, version from temp.laid_out").fetchall()
    for calendar_id, version in named.difference(kept):
        if event := told.get((calendar_id, version)):
            lay_out(cursor, [event], "temp.laid_out")
        else:
            which = f"calendar_id = '{calendar_id}' and version = {version}"
            cursor.execute(f"insert into temp.laid_out by name from {models.LAID_OUT} where {which}")
    due = [datetime.fromisoformat(one.payload["due_at"]) for one in clocks if one.payload["due_at"]]
    first = min(one.occurred_at for one in clocks)
    cursor.execute(_EDGES, {"first": naive(first), "last": naive(max(due, default=first))})
    return True


_EDGES = """
create or replace temp table now_edge as
from temp.laid_out as edge
semi join (
    select calendar_id, version, max(edge_at) filter (where is_open and edge_at <= $first) as opened_at
    from temp.laid_out
    group by all
) as earlier
    on edge.calendar_id = earlier.calendar_id
    and edge.version = earlier.version
    and edge.edge_at >= coalesce(earlier.opened_at, edge.edge_at)
where edge_at <= $last
"""
"""From the last opening before anything of a clock on: what lies before that changes nothing of what it was later."""


def _keep(cursor: duckdb.DuckDBPyConnection, name: str, arrived: pa.Table, query: str) -> None:
    """The rows of a query over `arrived`, as a temporary table."""
    cursor.register("arrived", arrived)
    cursor.execute(f"create or replace temp table {name} as {query}")
    cursor.unregister("arrived")


def _ghost(ticket_id: UUID) -> UUID:
    return id_from("ghost", str(ticket_id))


def _model(name: str, computed: dict[str, str]) -> str:
    if name in computed:
        return computed[name]
    return models.select(name, "from temp.now_event", **computed)


def _difference(model: str) -> str:
    """A model's rows that come (sign > 0) or go (sign < 0) with the batch."""
    return f"""
        select
            coalesce(ghost.real_id, now.ticket_id) as ticket_id,
            now.* exclude (ticket_id),
            sum(if(ghost.real_id is null, 1, -1)) as sign
        from ({model}) as now
        left join temp.ghost on now.ticket_id = ghost.ticket_id
        group by all
        having sign <> 0
    """
