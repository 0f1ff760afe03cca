"""The control of `panel`: the same derived rows as PostgreSQL tables, indexed by their instants, and plain SQL.

The question is the last 90 days by day and queue, in the same zone.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from analytics.lake import open_writer
from analytics.lake_connection import postgres, quoted
from core.settings import Settings

INDEXES = {
    "ticket": ("first_replied_at", "last_solved_at"),
    "ticket_interval": ("since", "until"),
    "queue_delta": ("occurred_at",),
}
DAY = "date_trunc('day', {} at time zone 'UTC' at time zone 'Europe/Berlin')"
COUNTED = "ticket_id not in (select ticket_id from control.ticket where category in ('SPAM', 'DELETED'))"
UNSOLVED = "category in ('NEW', 'OPEN', 'PENDING', 'HOLD')"
QUARTILES = "percentile_cont(array[0.5, 0.9]) within group (order by {0}), count(*)"


def _flow(table: str, dated: str, queue: str, keep: str, value: str = "count(*)") -> str:
    return f"""
        select {DAY.format(dated)}, {queue}, {value}
        from control.{table}
        where {dated} >= %(since)s and {dated} < %(until)s and {keep} and {COUNTED}
        group by 1, 2
    """


def _level(keep: str) -> str:
    return f"""
        with opening as (
            select queue_id, count(*) as level
            from control.ticket_interval
            where since < %(since)s and until >= %(since)s and {keep} and {COUNTED}
            group by 1
        ),
        step as ({_flow("queue_delta", "occurred_at", "queue_id", keep, "sum(delta) as step")})
        select date_trunc, queue_id, coalesce(level, 0) + sum(step) over (partition by queue_id order by date_trunc)
        from step left join opening using (queue_id)
    """


SOLVE = f"category in ('SOLVED', 'CLOSED') and (before_category is null or before_{UNSOLVED})"
VISIT = "extract(epoch from until - visit_since)"
QUESTIONS = {
    "tickets_created": _flow("ticket_interval", "since", "queue_id", "before_category is null"),
    "solve_events": _flow("ticket_interval", "since", "queue_id", SOLVE),
    "tickets_solved": _flow("ticket", "last_solved_at", "last_solved_queue_id", "true"),
    "reopen_events": _flow(
        "ticket_interval", "since", "queue_id", f"before_category in ('SOLVED', 'CLOSED') and {UNSOLVED}"
    ),
    "net_flow": _flow("queue_delta", "occurred_at", "queue_id", UNSOLVED, "sum(delta)"),
    "backlog": _level(UNSOLVED),
    "queue_depth": _level("category in ('NEW', 'OPEN') and awaiting_reply"),
    "first_reply_time": _flow(
        "ticket", "first_replied_at", "first_reply_queue_id", "true", QUARTILES.format("first_reply_seconds")
    ),
    "full_resolution_time": _flow(
        "ticket", "last_solved_at", "last_solved_queue_id", "true", QUARTILES.format("full_resolution_seconds")
    ),
    "status_time": _flow(
        "ticket_interval", "until", "queue_id", f"is_visit_end and {UNSOLVED}", QUARTILES.format(VISIT)
    ),
    "status_time_hours": f"""
        select
            day, queue_id,
            sum(extract(epoch from least(until, day + interval '1 day') - greatest(since, day))) / 3600
        from control.ticket_interval
        cross join lateral generate_series(
            {DAY.format("greatest(since, %(since)s)")}, least(until, %(until)s), interval '1 day'
        ) as day
        where since < %(until)s and until > %(since)s and {UNSOLVED} and {COUNTED}
        group by 1, 2
    """,
}


@contextmanager
def control(settings: Settings) -> Iterator[psycopg.Connection]:
    """A connection to the tables, which are copied from the lake if they are not there yet."""
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        if not connection.execute("select to_regclass('control.ready')").fetchone()[0]:
            connection.execute("drop schema if exists control cascade; create schema control")
            _copy(settings)
            for table, columns in INDEXES.items():
                for column in columns:
                    connection.execute(f"create index on control.{table} ({column})")
            connection.execute("create table control.ready (); analyze")
        yield connection


def _copy(settings: Settings) -> None:
    with open_writer(settings) as lake, lake.cursor() as cursor:
        cursor.execute(f"attach {quoted(postgres(settings.database_url, 'bench'))} as copied (type postgres)")
        for table in INDEXES:
            cursor.execute(f"create table copied.control.{table} as from lake.{table}")
        cursor.execute("detach copied")
