"""What is to happen at a stated time"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TIMER = """
create table timer (
    id uuid primary key,
    key varchar(200) not null unique,
    kind varchar(50) not null,
    due_at timestamptz not null,
    ticket_id uuid references ticket (id),
    payload jsonb not null,
    attempts integer not null,
    note varchar(500) not null,
    is_set_aside boolean not null
)
"""


def upgrade() -> None:
    op.execute(TIMER)
    op.execute("create index timer_due on timer (due_at, id) where not is_set_aside")
    op.execute("create index timer_set_aside on timer (id) where is_set_aside")
    op.execute("create index timer_of_ticket on timer (ticket_id) where ticket_id is not null")


def downgrade() -> None:
    op.execute("drop table timer")
