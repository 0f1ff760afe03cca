"""History under draft policies and calendars: what was asked, and what came of it"""

from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

TABLES = """
create table what_if (
    id uuid primary key,
    person_id uuid not null references person,
    name varchar(200) not null,
    draft jsonb not null,
    since timestamptz not null,
    until timestamptz not null,
    created_at timestamptz not null,
    total integer not null,
    done integer not null,
    is_cancelled boolean not null,
    finished_at timestamptz,
    failure varchar(1000) not null,
    answer jsonb not null
);
create index what_if_open on what_if (created_at) where finished_at is null;
create table what_if_ticket (
    what_if_id uuid not null references what_if on delete cascade,
    ticket_id uuid not null,
    clocks jsonb not null,
    primary key (what_if_id, ticket_id)
);
"""


def upgrade() -> None:
    """Make them."""
    op.execute(TABLES)


def downgrade() -> None:
    """Drop them."""
    op.execute("drop table what_if_ticket; drop table what_if")
