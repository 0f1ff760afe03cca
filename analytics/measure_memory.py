"""What was known at an instant: the lake as it would be, had no event been recorded since.

Derived rows are a pure function of their ticket's events. So tickets of which nothing was recorded since are taken as
they are, and only the others are folded again, out of the events that were known: the price is that of what changed.
"""

from datetime import datetime

import duckdb

from analytics import models
from analytics.measure_wall import REMEMBERED

_TOUCHED = """
    create or replace temp table known_touched as
    select distinct ticket_id from lake.main.event where recorded_at > $known_at and ticket_id is not null
"""
_EVENTS = """
    create or replace temp table known_event as
    select event.* from lake.main.event as event semi join known_touched using (ticket_id)
    where recorded_at <= $known_at
"""


def remember(known_at: datetime, cursor: duckdb.DuckDBPyConnection) -> None:
    """Make the tables of what was known; they are the cursor's own and go with its transaction.

    What models read of each other is worked out once: planning and folding again is most of what this costs.
    """
    for sql in (_TOUCHED, _EVENTS):
        cursor.execute(sql, {"known_at": known_at})
    kinds = {kind for (kind,) in cursor.execute("select distinct kind from temp.known_event").fetchall()}
    filled = [name for name in models.DERIVED if models.is_filled(name, kinds)] if kinds else []
    made = {models.LAID_OUT: f"from lake.main.{models.LAID_OUT}"}
    for name in ("fold", *filled):
        folded = models.select(name, "from temp.known_event", **made)
        cursor.execute(f"create or replace temp table again_{name} as {folded}")
        made[name] = f"from temp.again_{name}"
    for name in models.DERIVED:
        cursor.execute(
            f"create or replace temp view {REMEMBERED}{name} as "
            f"select kept.* from lake.main.{name} as kept anti join temp.main.known_touched using (ticket_id) "
            + (f"union all by name select * from temp.main.again_{name}" if name in made else "")
        )


def position_then(known_at: datetime, cursor: duckdb.DuckDBPyConnection) -> int:
    """The newest event that was known."""
    found = cursor.execute(
        "select max(position) from lake.main.event where recorded_at <= $known_at", {"known_at": known_at}
    ).fetchone()
    return int(found[0] or 0) if found else 0
