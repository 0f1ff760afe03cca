"""SLA policies in versions, clocks of tickets, and what a ticket's row knows of them"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sla_policy",
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sort", sa.Integer(), nullable=False),
        sa.Column("shape", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("conditions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("effective_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("defined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("defined_by", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("policy_id", "version"),
    )
    op.create_table(
        "sla_clock",
        sa.Column("clock_id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("target", sa.String(30), nullable=False),
        sa.Column("metric", sa.String(20), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(10), nullable=False),
        sa.Column("calendar_id", sa.Uuid(), nullable=True),
        sa.Column("calendar_version", sa.Integer(), nullable=True),
        sa.Column("target_seconds", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("elapsed_business_us", sa.BigInteger(), nullable=True),
        sa.Column("elapsed_calendar_us", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("breached_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_born_breached", sa.Boolean(), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(10), nullable=True),
        sa.Column("warned", sa.Integer(), nullable=False),
        sa.Column("escalated", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("clock_id"),
    )
    op.create_index("sla_clock_of_ticket", "sla_clock", ["ticket_id", "target", "cycle"])
    op.add_column("ticket", sa.Column("sla_policy_id", sa.Uuid(), nullable=True))
    op.add_column("ticket", sa.Column("sla_policy_version", sa.Integer(), nullable=True))
    op.add_column("ticket", sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("ticket", sa.Column("touched_version", sa.Integer(), server_default="0", nullable=False))
    op.execute("update ticket set touched_version = version")
    op.alter_column("ticket", "touched_version", server_default=None)
    op.create_index("ticket_due", "ticket", ["due_at", "id"], postgresql_where=sa.text("due_at is not null"))


def downgrade() -> None:
    op.drop_index("ticket_due", table_name="ticket")
    for name in ("touched_version", "due_at", "sla_policy_version", "sla_policy_id"):
        op.drop_column("ticket", name)
    op.drop_table("sla_clock")
    op.drop_table("sla_policy")
