"""Alerts: what somebody wants to be told of, when it was so, what they were told"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0039"
down_revision = "0038"

OWN = "= any ((select asking('person'))::uuid[])"
WALLS = {"alert": f"owner_id {OWN}", "alert_firing": f"owner_id {OWN}", "alert_notice": f"person_id {OWN}"}


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "alert",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("owner_id", sa.Uuid, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("metric", sa.String(100), nullable=False),
        sa.Column("where", JSONB, nullable=False),
        sa.Column("grain", sa.String(10), nullable=False),
        sa.Column("condition", JSONB, nullable=False),
        sa.Column("quiet_from", sa.String(5)),
        sa.Column("quiet_until", sa.String(5)),
        sa.Column("is_on", sa.Boolean, nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("looked_at", instant),
        sa.Column("value", sa.Float),
        sa.Column("trouble", sa.String(500), nullable=False),
    )
    op.create_index("alert_of_owner", "alert", ["owner_id", "name"])
    op.create_table(
        "alert_firing",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("alert_id", sa.Uuid, sa.ForeignKey("alert.id", ondelete="CASCADE"), nullable=False),
        sa.Column("owner_id", sa.Uuid, nullable=False),
        sa.Column("point_at", instant, nullable=False),
        sa.Column("began_at", instant, nullable=False),
        sa.Column("ended_at", instant),
        sa.Column("value", sa.Float),
        sa.Column("low", sa.Float),
        sa.Column("high", sa.Float),
    )
    open_ = sa.text("ended_at is null")
    op.create_index("alert_firing_open", "alert_firing", ["alert_id"], unique=True, postgresql_where=open_)
    op.create_index("alert_firing_of_alert", "alert_firing", ["alert_id", "began_at", "id"])
    op.create_table(
        "alert_notice",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("alert_id", sa.Uuid, sa.ForeignKey("alert.id", ondelete="CASCADE"), nullable=False),
        sa.Column("firing_id", sa.Uuid),
        sa.Column("what", sa.String(10), nullable=False),
        sa.Column("words", sa.String(500), nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("seen_at", instant),
        sa.Column("mail_at", instant),
        sa.Column("mail_tries", sa.Integer, nullable=False),
        sa.Column("mailed_at", instant),
    )
    unseen, to_mail = sa.text("seen_at is null"), sa.text("mail_at is not null")
    op.create_index("alert_notice_unseen", "alert_notice", ["person_id", "created_at"], postgresql_where=unseen)
    op.create_index("alert_notice_to_mail", "alert_notice", ["mail_at"], postgresql_where=to_mail)
    for table, sees in WALLS.items():
        _build_wall(table, sees)


def _build_wall(table: str, sees: str) -> None:
    """As in migration 0038."""
    op.execute(f"alter table {table} enable row level security, force row level security")
    op.execute(f"create policy in_sight on {table} for select to clearqueue_web using ({sees})")
    op.execute(f"create policy writes on {table} for insert to clearqueue_web with check (true)")
    op.execute(f"create policy changes on {table} for update to clearqueue_web using (true) with check (true)")
    op.execute(f"create policy removes on {table} for delete to clearqueue_web using (true)")
    op.execute(f"create policy house on {table} to clearqueue_house using (true) with check (true)")
    op.execute(
        f"create policy behind_the_desk on {table} to current_user"
        " using ((select current_setting('role')) <> 'clearqueue_web') with check (true)"
    )


def downgrade() -> None:
    for table in ("alert_notice", "alert_firing", "alert"):
        op.drop_table(table)
