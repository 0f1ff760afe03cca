"""The laws of stock and flow in the lake: what came in and went out is what stands there, at any hour and in any queue.

The models of spans, of steps and of the events that tell of both are counted apart, so that none can cover for another.
"""

from collections.abc import Callable
from typing import Any

from etl.laws.lake import OpenLake, snapshot, some_tickets
from etl.laws.law import MOST_EXAMPLES, Finding

UNSOLVED = "category in ('NEW', 'OPEN', 'PENDING', 'HOLD')"
WAS_UNSOLVED = f"coalesce({UNSOLVED.replace('category', 'category_before')}, false)"
HAS_MOVED = "queue_before is distinct from queue_id"

FROM_EVENTS = """
    step as (
        select event.ticket_id, greatest(event.occurred_at, opening.occurred_at) as moment, event.ticket_version,
               event.category, event.queue_id
        from event
        join event as opening on opening.ticket_id = event.ticket_id and opening.kind = 'ticket.created'
        where (event.category is not null or event.queue_id is not null)
            and not starts_with(event.kind, 'sla.') {chosen}
    ),
    after as (
        select ticket_id, moment, ticket_version,
               last_value(category ignore nulls) over life as category,
               last_value(queue_id ignore nulls) over life as queue_id
        from step
        window life as (partition by ticket_id order by moment, ticket_version)
    ),
    change as (
        select *, lag(category) over life as category_before, lag(queue_id) over life as queue_before
        from after
        window life as (partition by ticket_id order by moment, ticket_version)
    ),
    told as (
        select ticket_id, moment, queue_id, 1 as delta from change where {after}
        union all
        select ticket_id, moment, queue_before, -1 from change where {before}
    )
"""
"""Every entry into a queue's backlog and every leaving, as the events tell them."""

HOURS = """
    with {from_events},
    counted as (
        select ticket_id, since as moment, queue_id, 1 as delta from ticket_interval where {unsolved} {chosen}
        union all
        select ticket_id, until, queue_id, -1 from ticket_interval
        where {unsolved} and until < timestamp 'infinity' {chosen}
    ),
    flow as (
        select queue_id, date_trunc('hour', moment) as hour, sum(delta) as moved, 0 as stood from told group by all
        union all
        select queue_id, date_trunc('hour', moment), 0, sum(delta) from counted group by all
    ),
    cell as (
        select queue_id, hour, sum(moved) as moved, sum(stood) as stood from flow group by all
    )
    select count(*), count(*) filter (where moved <> stood),
           (list((hour, queue_id, moved, stood) order by hour) filter (where moved <> stood))[:{most}]
    from cell
"""

LIVES = """
    with span as (
        select ticket_id, since, until,
               lag(until) over life as left_at,
               lead(since) over life is null as is_last,
               min(since) over (partition by ticket_id) as begun_at
        from ticket_interval
        {chosen}
        window life as (partition by ticket_id order by n)
    ),
    life as (
        select ticket.ticket_id,
               count(span.ticket_id) > 0
               and bool_and(span.since <= span.until)
               and bool_and(span.left_at is null or span.left_at = span.since)
               and bool_and((span.until = timestamp 'infinity') = span.is_last)
               and min(span.begun_at) = any_value(ticket.created_at) as is_whole
        from (from ticket {chosen}) as ticket
        left join span using (ticket_id)
        group by all
    )
    select count(*), count(*) filter (where not is_whole),
           (list(ticket_id order by ticket_id) filter (where not is_whole))[:{most}]
    from life
"""

DEPTHS = """
    with instant as (
        select unnest(generate_series(newest - interval 48 hours, newest, interval 4 hours)) as moment
        from (select max(last_event_at) as newest from ticket)
    ),
    cell as (
        select moment, queue_id, category, sum(stepped) as stepped, sum(standing) as standing
        from (
            select moment, queue_id, category, sum(delta) as stepped, 0 as standing
            from instant join queue_delta on occurred_at <= moment {chosen}
            group by all
            union all
            select moment, queue_id, category, 0, count(*)
            from instant join ticket_interval on since <= moment and until > moment {chosen}
            group by all
        )
        group by all
    )
    select count(*), count(*) filter (where stepped <> standing),
           (list((moment, queue_id, category, stepped, standing) order by moment)
               filter (where stepped <> standing))[:{most}]
    from cell
"""


def hours_reconcile(open_lake: OpenLake, one_in: int = 1, turn: int = 0) -> Finding:
    """Opening + in - out = closing, per queue and hour: entries and leavings by events, stock by spans."""
    told = FROM_EVENTS.format(
        chosen=some_tickets("and", one_in, turn, "event."),
        after=f"{UNSOLVED} and ({HAS_MOVED} or not {WAS_UNSOLVED})",
        before=f"{WAS_UNSOLVED} and ({HAS_MOVED} or not {UNSOLVED})",
    )
    query = HOURS.format(
        from_events=told, unsolved=UNSOLVED, chosen=some_tickets("and", one_in, turn), most=MOST_EXAMPLES
    )
    return _found(open_lake, query, "{0[0]}, queue {0[1]}: events move {0[2]}, the stock {0[3]}".format)


def lives_are_whole(open_lake: OpenLake, one_in: int = 1, turn: int = 0) -> Finding:
    """A ticket's spans follow each other without gap or overlap, from its creation on; only the last is open."""
    query = LIVES.format(chosen=some_tickets("where", one_in, turn), most=MOST_EXAMPLES)
    return _found(open_lake, query, "the spans of ticket {} do not fill its life".format)


def depths_are_counts(open_lake: OpenLake, one_in: int = 1, turn: int = 0) -> Finding:
    """Every four hours of the newest two days the steps add up to the tickets that stand there, by queue and state."""
    query = DEPTHS.format(chosen=some_tickets("and", one_in, turn), most=MOST_EXAMPLES)
    return _found(open_lake, query, "{0[0]}, queue {0[1]}, {0[2]}: {0[3]} by steps, {0[4]} by spans".format)


def _found(open_lake: OpenLake, query: str, say: Callable[[Any], str]) -> Finding:
    with snapshot(open_lake) as cursor:
        row = cursor.execute(query).fetchone()
    checked, wrong, examples = row or (0, 0, None)
    return Finding(checked, wrong, [say(example) for example in examples or ()])
