"""Failed sign-ins of the last minutes, for the limits per account and per address"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

LOGIN_ATTEMPT = """
create table login_attempt (
    id bigint generated always as identity primary key,
    account text not null,
    address text not null,
    attempted_at timestamptz not null
)
"""


def upgrade() -> None:
    op.execute(LOGIN_ATTEMPT)
    op.execute("create index login_attempt_account on login_attempt (account, attempted_at)")
    op.execute("create index login_attempt_address on login_attempt (address, attempted_at)")


def downgrade() -> None:
    op.execute("drop table login_attempt")
