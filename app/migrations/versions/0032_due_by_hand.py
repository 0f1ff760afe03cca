"""Clocks whose due time somebody set by hand."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    """Mark them, and keep what the rules say beside it."""
    op.add_column("sla_clock", sa.Column("is_due_by_hand", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("sla_clock", "is_due_by_hand", server_default=None)
    op.add_column("sla_clock", sa.Column("derived_due_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """As before."""
    op.drop_column("sla_clock", "derived_due_at")
    op.drop_column("sla_clock", "is_due_by_hand")
