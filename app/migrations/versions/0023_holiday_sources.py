"""Names of a country's parts may be longer"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("holiday_source", "subdivision", type_=sa.String(80))


def downgrade() -> None:
    op.alter_column("holiday_source", "subdivision", type_=sa.String(10))
