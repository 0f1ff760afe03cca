"""Which canned reply words that wait were begun with"""

from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table scheduled_reply add column canned_reply_id uuid")


def downgrade() -> None:
    op.execute("alter table scheduled_reply drop column canned_reply_id")
