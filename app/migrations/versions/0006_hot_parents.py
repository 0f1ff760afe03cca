"""No foreign keys from tickets and messages to the few rows that all of them share; a lighter index for old keys

See docs/decisions/0012.
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

HOT = {
    "ticket": {
        "queue_id": "queue",
        "state_id": "ticket_state",
        "agent_id": "person",
        "requester_id": "person",
        "organisation_id": "organisation",
    },
    "message": {"author_id": "person"},
}


def upgrade() -> None:
    for table, parents in HOT.items():
        for column in parents:
            op.drop_constraint(f"{table}_{column}_fkey", table, type_="foreignkey")
    op.drop_index("ix_idempotency_created_at", "idempotency")
    op.create_index("ix_idempotency_created_at", "idempotency", ["created_at"], postgresql_using="brin")


def downgrade() -> None:
    op.drop_index("ix_idempotency_created_at", "idempotency")
    op.create_index("ix_idempotency_created_at", "idempotency", ["created_at"])
    for table, parents in HOT.items():
        for column, parent in parents.items():
            op.create_foreign_key(f"{table}_{column}_fkey", table, parent, [column], ["id"])
