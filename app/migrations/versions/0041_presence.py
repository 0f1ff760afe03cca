"""Whether people are there"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"

SEES = "(select asking_inside())"
"""Customers see nobody's; who of those inside sees whose is the first wall's to say (app/presence/team.py)."""


def upgrade() -> None:
    op.create_table(
        "presence",
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("presence", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.execute("alter table presence enable row level security, force row level security")
    op.execute(f"create policy in_sight on presence for select to clearqueue_web using ({SEES})")
    op.execute("create policy writes on presence for insert to clearqueue_web with check (true)")
    op.execute("create policy changes on presence for update to clearqueue_web using (true) with check (true)")
    op.execute("create policy house on presence to clearqueue_house using (true) with check (true)")
    op.execute(
        "create policy behind_the_desk on presence to current_user"
        " using ((select current_setting('role')) <> 'clearqueue_web') with check (true)"
    )


def downgrade() -> None:
    op.drop_table("presence")
