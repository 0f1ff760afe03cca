"""Macros, canned replies, bulk edits"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def _shared() -> list[sa.Column[Any]]:
    return [
        sa.Column("audience", sa.String(10), nullable=False),
        sa.Column("owner_id", sa.Uuid, sa.ForeignKey("person.id")),
        sa.Column("queue_id", sa.Uuid, sa.ForeignKey("queue.id")),
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("created_at", AT, nullable=False),
    ]


def upgrade() -> None:
    op.create_table("macro", *_shared(), sa.Column("actions", JSONB, nullable=False))
    op.create_table("canned_reply", *_shared(), sa.Column("body", sa.Text, nullable=False))
    op.create_table(
        "bulk_job",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("person_id", sa.Uuid, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("query", sa.String(1000)),
        sa.Column("actions", JSONB, nullable=False),
        sa.Column("cause_id", sa.Uuid, nullable=False),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("total", "done", "unchanged", "refused")),
        sa.Column("is_cancelled", sa.Boolean, nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("finished_at", AT),
    )
    op.create_index("bulk_job_open", "bulk_job", ["created_at"], postgresql_where=sa.text("finished_at is null"))
    op.create_index("bulk_job_of_person", "bulk_job", ["person_id", "created_at"])
    op.create_table(
        "bulk_ticket",
        sa.Column("job_id", sa.Uuid, sa.ForeignKey("bulk_job.id"), primary_key=True),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("ticket_id", sa.Uuid, nullable=False),
        sa.Column("expected_version", sa.Integer),
        sa.Column("outcome", sa.String(10)),
        sa.Column("code", sa.String(100)),
        sa.Column("reason", sa.String(1000)),
        sa.Column("attempts", sa.SmallInteger, nullable=False),
    )
    op.create_index(
        "bulk_ticket_waiting",
        "bulk_ticket",
        ["job_id", "attempts", "number"],
        postgresql_where=sa.text("outcome is null"),
    )


def downgrade() -> None:
    for table in ("bulk_ticket", "bulk_job", "canned_reply", "macro"):
        op.drop_table(table)
