"""What counts do not know yet is one note a ticket: while nobody follows, notes do not pile up"""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

NOTED = """
create or replace function note_ticket_touch()
returns trigger language plpgsql security definer set search_path = public as $$
begin
    if tg_op = 'INSERT' then
        insert into ticket_touch (ticket_id, before, after)
        select fresh.id, null, to_jsonb(fresh) from fresh
        on conflict (ticket_id) do update set after = excluded.after;
    else
        insert into ticket_touch (ticket_id, before, after)
        select fresh.id, to_jsonb(stale), to_jsonb(fresh) from stale join fresh on fresh.id = stale.id
        on conflict (ticket_id) do update set after = excluded.after;
    end if;
    return null;
end $$
"""
BEFORE = """
create or replace function note_ticket_touch()
returns trigger language plpgsql security definer set search_path = public as $$
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
ANEW = "update tally set number = null"
"""Whatever was noted goes with the change of the table; all is counted again."""


def upgrade() -> None:
    op.execute(ANEW)
    op.execute("delete from ticket_touch")
    op.execute("alter table ticket_touch drop column id, add column ticket_id uuid primary key")
    op.execute(NOTED)


def downgrade() -> None:
    op.execute(ANEW)
    op.execute("delete from ticket_touch")
    op.execute(
        "alter table ticket_touch drop column ticket_id, add column id bigint generated always as identity primary key"
    )
    op.execute(BEFORE)
