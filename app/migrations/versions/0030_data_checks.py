"""How the laws about the numbers fare"""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

TABLES = """
create table data_check (
    name varchar(100) primary key,
    checked bigint not null,
    wrong bigint not null,
    examples text[] not null,
    seconds double precision not null,
    one_in integer not null,
    checked_at timestamptz not null,
    broken_since timestamptz
);
create table data_check_hour (
    hour timestamptz primary key,
    looks integer not null,
    broken integer not null
);
revoke insert, update, delete on data_check, data_check_hour from clearqueue_web, clearqueue_house;
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    op.execute("drop table data_check_hour")
    op.execute("drop table data_check")
