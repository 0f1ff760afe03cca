"""Whose eyes a browser's session has, and until when"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("web_session", sa.Column("viewing_id", sa.Uuid(), sa.ForeignKey("person.id"), nullable=True))
    op.add_column("web_session", sa.Column("viewing_until", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        "web_session_views_until", "web_session", "(viewing_id is null) = (viewing_until is null)"
    )


def downgrade() -> None:
    op.drop_constraint("web_session_views_until", "web_session")
    op.drop_column("web_session", "viewing_until")
    op.drop_column("web_session", "viewing_id")
