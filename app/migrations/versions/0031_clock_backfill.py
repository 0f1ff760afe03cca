"""Clocks of history that somebody asked for, and how far that is"""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

TABLES = """
create table clock_backfill (
    id uuid primary key,
    asked_at timestamptz not null,
    after_id uuid,
    total integer not null,
    done integer not null,
    found integer not null,
    finished_at timestamptz
);
create index clock_backfill_open on clock_backfill (asked_at) where finished_at is null;
"""


def upgrade() -> None:
    """Make it."""
    op.execute(TABLES)


def downgrade() -> None:
    """Drop it."""
    op.execute("drop table clock_backfill")
