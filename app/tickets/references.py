"""The law that stands in for foreign keys to the rows that all tickets share; decision 0012 says why there are none."""

from contextlib import closing

from core.settings import Settings
from etl.connection import connect
from etl.laws.law import MOST_EXAMPLES, Finding

SHARED = {
    ("ticket", "queue_id"): "queue",
    ("ticket", "state_id"): "ticket_state",
    ("ticket", "agent_id"): "person",
    ("ticket", "requester_id"): "person",
    ("ticket", "organisation_id"): "organisation",
    ("message", "author_id"): "person",
    ("attachment", "uploaded_by"): "person",
}
"""Which column names a row of which table."""


def nothing_is_orphaned(settings: Settings) -> Finding:
    """Whatever a ticket or message names (queue, state, person, organisation) is there."""
    finding = Finding()
    with closing(connect(settings.database_url, "verify references", statement_seconds=0)) as connection:
        for (table, column), parent in SHARED.items():
            orphans = f"""
                select id, {column}, count(*) over ()
                from {table}
                where {column} is not null and not exists (select from {parent} where {parent}.id = {table}.{column})
                order by id
                limit {MOST_EXAMPLES}
            """
            rows = connection.execute(orphans).fetchall()
            for row_id, missing, _ in rows:
                finding.add(f"{table} {row_id} names {column.removesuffix('_id')} {missing}, which is not there")
            finding.wrong += rows[0][2] - len(rows) if rows else 0
            (named,) = connection.execute(f"select count({column}) from {table}").fetchone() or (0,)
            finding.checked += named
    return finding
