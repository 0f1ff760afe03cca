"""Saved views, the counts that are kept for them, and a trigger that notes how tickets change"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)

TRIGGER = """
create function note_ticket_touch() returns trigger language plpgsql security definer set search_path = public as $$
begin
    if tg_op = 'INSERT' then
        insert into ticket_touch (before, after) select null, to_jsonb(fresh) from fresh;
    else
        insert into ticket_touch (before, after)
        select to_jsonb(stale), to_jsonb(fresh) from stale join fresh on fresh.id = stale.id;
    end if;
    return null;
end $$
"""


def upgrade() -> None:
    op.create_table(
        "saved_view",
        sa.Column("audience", sa.String(10), nullable=False),
        sa.Column("owner_id", sa.Uuid, sa.ForeignKey("person.id")),
        sa.Column("queue_id", sa.Uuid, sa.ForeignKey("queue.id")),
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("query", sa.String(1000), nullable=False),
        sa.Column("sort", sa.String(20), nullable=False),
        sa.Column("columns", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("created_at", AT, nullable=False),
    )
    op.create_table(
        "tally",
        sa.Column("key", sa.LargeBinary, primary_key=True),
        sa.Column("tree", postgresql.JSONB, nullable=False),
        sa.Column("scope", postgresql.JSONB, nullable=False),
        sa.Column("is_moving", sa.Boolean, nullable=False),
        sa.Column("number", sa.Integer),
        sa.Column("counted_at", AT),
        sa.Column("asked_at", AT, nullable=False),
    )
    op.create_table(
        "ticket_touch",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True, cache=1), primary_key=True),
        sa.Column("before", postgresql.JSONB),
        sa.Column("after", postgresql.JSONB, nullable=False),
    )
    op.execute(TRIGGER)
    op.execute(
        "create trigger ticket_touched_new after insert on ticket"
        " referencing new table as fresh for each statement execute function note_ticket_touch()"
    )
    op.execute(
        "create trigger ticket_touched_again after update on ticket"
        " referencing old table as stale new table as fresh for each statement execute function note_ticket_touch()"
    )


def downgrade() -> None:
    op.execute("drop trigger ticket_touched_again on ticket")
    op.execute("drop trigger ticket_touched_new on ticket")
    op.execute("drop function note_ticket_touch()")
    for table in ("ticket_touch", "tally", "saved_view"):
        op.drop_table(table)
