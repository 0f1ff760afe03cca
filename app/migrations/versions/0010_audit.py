"""Proofs of the ledger; an index for reading the events of the house"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

PROOF = """
create table proof (
    id uuid primary key,
    asked_by uuid,
    asked_at timestamptz not null,
    told_at timestamptz,
    finished_at timestamptz,
    checked bigint not null,
    total bigint not null,
    wrong bigint not null,
    examples text[] not null
)
"""


def upgrade() -> None:
    op.execute(PROOF)
    op.execute("create index ix_proof_asked_at on proof (asked_at)")
    op.execute("create index event_of_house on event (position) where ticket_id is null")


def downgrade() -> None:
    op.execute("drop index event_of_house")
    op.execute("drop table proof")
