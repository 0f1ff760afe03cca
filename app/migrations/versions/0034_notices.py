"""Notices are listed with those that were seen, and mailed once."""

from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    op.execute("alter table sla_notice add mail_at timestamptz, add mail_tries integer not null default 0, "
               "add mailed_at timestamptz")  # fmt: skip
    op.execute("create index sla_notice_of_person on sla_notice (person_id, created_at, id)")
    op.execute("create index sla_notice_to_mail on sla_notice (mail_at) where mail_at is not null")


def downgrade() -> None:
    op.execute("drop index sla_notice_to_mail, sla_notice_of_person")
    op.execute("alter table sla_notice drop mail_at, drop mail_tries, drop mailed_at")
