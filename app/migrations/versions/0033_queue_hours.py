"""Whose hours queues go by, with its history."""

from alembic import op

revision = "0033"
down_revision = "0032"

HOURS = """
create table queue_hours (
    queue_id uuid not null,
    effective_from timestamp with time zone not null,
    calendar_id uuid,
    parent_id uuid,
    primary key (queue_id, effective_from)
);
insert into queue_hours select id, created_at, calendar_id, parent_id from queue
"""


def upgrade() -> None:
    """Begin with what queues have now."""
    op.execute(HOURS)


def downgrade() -> None:
    """Leave it out."""
    op.execute("drop table queue_hours")
