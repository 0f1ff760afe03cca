"""How many customers and orders there are"""

from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

TABLE = """
create table denominator (
    name varchar(50) not null,
    since timestamptz not null,
    count bigint not null,
    primary key (name, since)
)
"""


def upgrade() -> None:
    op.execute(TABLE)


def downgrade() -> None:
    op.execute("drop table denominator")
