"""Signs of life of the processes that serve no port, and a schema for Celery's messages"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("create table heartbeat (name text primary key, seen_at timestamptz not null)")
    op.execute("create schema if not exists broker")


def downgrade() -> None:
    op.execute("drop table heartbeat")
    op.execute("drop schema broker cascade")
