"""Queues that an import set up get their hours: imports wrote none"""

from alembic import op

revision = "0040"
down_revision = "0039"

MISSING = """
insert into queue_hours
select id, created_at, calendar_id, parent_id from queue where id not in (select queue_id from queue_hours)
"""


def upgrade() -> None:
    """Begin with what such queues have now."""
    op.execute(MISSING)


def downgrade() -> None:
    """Rows that are right stay."""
