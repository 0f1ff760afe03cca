"""Colleagues who are called by name in notes"""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

TABLE = """
create table mention (
    message_id uuid not null,
    person_id uuid not null,
    ticket_id uuid not null,
    by_id uuid,
    mentioned_at timestamptz not null,
    seen_at timestamptz,
    primary key (message_id, person_id)
);
create index mention_of_person on mention (person_id, mentioned_at, message_id);
create index mention_unseen on mention (person_id) where seen_at is null;
create index mention_on_ticket on mention (ticket_id, person_id);
"""


def upgrade() -> None:
    op.execute(TABLE)


def downgrade() -> None:
    op.execute("drop table mention")
