"""States that pause clocks and lead on by themselves, what follows a closed ticket, allowed ways, tickets that sleep"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ADD = """
alter table ticket_state add column sla_pause text[] not null default '{}';
alter table ticket_state add column auto_next_state_id uuid references ticket_state (id);
alter table ticket_state add column auto_after_seconds bigint;
alter table ticket_state add column reopen_to_id uuid references ticket_state (id);
alter table queue add column follow_up varchar(10) not null default 'reopen';
alter table queue add column reopen_days integer;
alter table queue add column transitions jsonb not null default '[]';
alter table ticket add column wakes_at timestamptz;
alter table timer drop constraint timer_ticket_id_fkey;
alter table timer add constraint timer_ticket_id_fkey foreign key (ticket_id) references ticket (id)
    deferrable initially deferred;
"""


def upgrade() -> None:
    op.execute(ADD)


def downgrade() -> None:
    op.execute("alter table ticket drop column wakes_at")
    for column in ("transitions", "reopen_days", "follow_up"):
        op.execute(f"alter table queue drop column {column}")
    for column in ("reopen_to_id", "auto_after_seconds", "auto_next_state_id", "sla_pause"):
        op.execute(f"alter table ticket_state drop column {column}")
