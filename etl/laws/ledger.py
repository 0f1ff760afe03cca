"""The laws of the ledger itself, asked of PostgreSQL."""

from collections.abc import Callable
from typing import Any

from psycopg import Connection

from core.ledger import GENESIS, after, chain
from etl.laws.law import MOST_EXAMPLES, Finding

LONGEST_WAIT_SECONDS = 10
PAGE = 5_000

GAPS = """
    select position, before
    from (select position, lag(position, 1, 0::bigint) over (order by position) as before from event) as neighbours
    where position <> before + 1
    order by position
"""

OUT_OF_TURN = """
    select position, ticket_id, ticket_version, turn
    from (
        select position,
               ticket_id,
               ticket_version,
               row_number() over (partition by ticket_id order by position) as turn
        from event
        where ticket_id is not null
    ) as numbered
    where ticket_version is distinct from turn
    order by position
"""

DOUBLED = """
    select event_id, min(position), max(position)
    from event
    group by event_id
    having count(*) > 1
    order by min(position)
"""

KEPT_WAITING = """
    select seq, kind, age
    from (select seq, kind, extract(epoch from now() - recorded_at)::int as age from event_pending) as pending
    where age > %s
    order by seq
"""

SET_ASIDE = """
    select follower, position, reason
    from event_set_aside
    order by position, follower
"""


def positions_are_dense(connection: Connection[Any]) -> Finding:
    """1, 2, 3 … without a gap or a repetition."""
    return _finding(connection, GAPS, "position {} follows {}".format)


def no_event_is_there_twice(connection: Connection[Any]) -> Finding:
    """Each `event_id` has one position."""
    return _finding(connection, DOUBLED, "{} is at {} and at {}".format)


def tickets_count_their_events(connection: Connection[Any]) -> Finding:
    """Inside each ticket the versions are 1, 2, 3 … in the order of positions."""
    words = "position {}: ticket {} has version {}, not {}".format
    return _finding(connection, OUT_OF_TURN, words)


def nothing_waits_for_its_position(connection: Connection[Any]) -> Finding:
    """`event_pending` is a corridor: nothing stays there."""
    rows = connection.execute(KEPT_WAITING, (LONGEST_WAIT_SECONDS,)).fetchall()
    waiting = [f"seq {seq} ({kind}) waits for {age} s" for seq, kind, age in rows]
    return Finding.of(_count(connection, "event_pending"), waiting)


def nothing_is_set_aside(connection: Connection[Any]) -> Finding:
    """Every follower could read every event."""
    rows = connection.execute(SET_ASIDE).fetchall()
    return Finding.of(len(rows), [f"{who}, position {position}: {reason}" for who, position, reason in rows])


def the_chain_holds(connection: Connection[Any], tell: Callable[[int], None] = lambda checked: None) -> Finding:
    """Each hash is that of its event and of the hash before it, from the first event on.

    A broken link is named by its position; the search goes on from the hash that stands there, so that several
    changes are all found. `tell` hears now and then how many were checked.
    """
    finding, previous_hash, position = Finding(), GENESIS, 0
    while entries := after(connection, position, PAGE):
        for entry in entries:
            ((_, expected),) = chain(previous_hash, entry.position, [entry])
            if entry.hash != expected:
                finding.add(f"the chain breaks at position {entry.position}")
            previous_hash = entry.hash
        position = entries[-1].position
        finding.checked += len(entries)
        tell(finding.checked)
    return finding


def _finding(connection: Connection[Any], query: str, say: Callable[..., str]) -> Finding:
    finding = Finding(_count(connection, "event"))
    with connection.cursor() as cursor:
        for row in cursor.execute(f"select *, count(*) over () from ({query}) as wrong limit {MOST_EXAMPLES}"):
            finding.add(say(*row[:-1]))
            finding.wrong = row[-1]
    return finding


def _count(connection: Connection[Any], table: str) -> int:
    row = connection.execute(f"select count(*) from {table}").fetchone()
    return int(row[0]) if row else 0
