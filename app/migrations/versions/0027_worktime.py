"""Time that people book on tickets"""

from alembic import op

revision = "0027"
down_revision = "0026"
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


WALL = """
alter table time_entry enable row level security, force row level security;
create policy in_sight on time_entry for select to clearqueue_web
    using ((select asking_inside()) and exists (select from ticket where ticket.id = time_entry.ticket_id));
create policy writes on time_entry for insert to clearqueue_web with check (true);
create policy changes on time_entry for update to clearqueue_web using (true) with check (true);
create policy removes on time_entry for delete to clearqueue_web using (true);
create policy house on time_entry to clearqueue_house using (true) with check (true);
create policy behind_the_desk on time_entry to current_user
    using ((select current_setting('role')) <> 'clearqueue_web') with check (true);
"""
"""As those of migration 0025: an entry has words in it."""


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(WALL)


def downgrade() -> None:
    op.execute("drop table time_entry")
    op.execute("drop table activity")
