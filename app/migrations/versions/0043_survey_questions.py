"""Ratings may say how easy it was, and whether one would recommend us"""

from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table rating add column effort integer, add column recommendation integer")


def downgrade() -> None:
    op.execute("alter table rating drop column effort, drop column recommendation")
