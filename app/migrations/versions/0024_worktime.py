"""Time that people book on tickets"""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

TABLES = """
create table activity (
    id uuid primary key,
    name varchar(50) not null unique,
    is_billable boolean not null,
    is_active boolean not null
);
create table time_entry (
    id uuid primary key,
    ticket_id uuid not null,
    person_id uuid not null,
    minutes integer not null,
    is_billable boolean not null,
    activity_id uuid,
    message_id uuid,
    note varchar(500) not null,
    worked_at timestamptz not null,
    logged_at timestamptz not null
);
create index time_entry_of_ticket on time_entry (ticket_id, worked_at);
create index time_entry_of_person on time_entry (person_id, worked_at);
create index time_entry_worked on time_entry (worked_at);
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    op.execute("drop table time_entry")
    op.execute("drop table activity")
