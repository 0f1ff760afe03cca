"""Drafts, replies that go out later, and what people choose for themselves"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TABLES = """
create table draft (
    ticket_id uuid not null,
    person_id uuid not null,
    kind varchar(5) not null,
    body text not null,
    visibility varchar(10) not null,
    attachment_ids uuid[] not null,
    version bigint not null,
    updated_at timestamptz not null,
    told_at timestamptz,
    primary key (ticket_id, person_id, kind)
);
create index draft_of_person on draft (person_id, updated_at);
create table scheduled_reply (
    id uuid primary key,
    ticket_id uuid not null references ticket (id) on delete cascade,
    author_id uuid not null,
    body text not null,
    attachment_ids uuid[] not null,
    channel varchar(20),
    state_id uuid,
    confirm boolean not null,
    unless_customer_writes boolean not null,
    asked_at timestamptz not null,
    send_at timestamptz not null,
    held_at timestamptz,
    held_code varchar(50) not null,
    held_words varchar(1000) not null
);
create index scheduled_reply_of_ticket on scheduled_reply (ticket_id);
create index scheduled_reply_of_author on scheduled_reply (author_id, send_at);
create table preference (
    person_id uuid primary key references person (id),
    undo_send_seconds integer
);
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    for table in ("preference", "scheduled_reply", "draft"):
        op.execute(f"drop table {table}")
