"""With which signatures a content was scanned, and when"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("file", sa.Column("scanned_with", sa.String(100), nullable=True))
    op.add_column("file", sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("file", "scanned_at")
    op.drop_column("file", "scanned_with")
