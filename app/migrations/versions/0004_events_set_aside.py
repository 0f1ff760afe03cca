"""Where a follower keeps what it cannot read yet"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLE = """
create table event_set_aside (
    follower text not null,
    position bigint not null,
    ticket_id uuid,
    reason text not null,
    set_aside_at timestamptz not null,
    primary key (follower, position)
)
"""


def upgrade() -> None:
    op.execute(TABLE)


def downgrade() -> None:
    op.execute("drop table event_set_aside")
