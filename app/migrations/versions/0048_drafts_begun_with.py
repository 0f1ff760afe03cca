"""Which canned reply a draft was begun with"""

from alembic import op

revision = "0048"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table draft add column canned_reply_id uuid")


def downgrade() -> None:
    op.execute("alter table draft drop column canned_reply_id")
