"""How content people are with solutions"""

from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

TABLE = """
create table rating (
    ticket_id uuid primary key,
    person_id uuid not null,
    score integer not null,
    comment varchar(2000) not null,
    rated_at timestamptz not null
)
"""

WALL = """
alter table rating enable row level security, force row level security;
create policy in_sight on rating for select to clearqueue_web
    using (exists (select from ticket where ticket.id = rating.ticket_id));
create policy writes on rating for insert to clearqueue_web with check (true);
create policy changes on rating for update to clearqueue_web using (true) with check (true);
create policy removes on rating for delete to clearqueue_web using (true);
create policy house on rating to clearqueue_house using (true) with check (true);
create policy behind_the_desk on rating to current_user
    using ((select current_setting('role')) <> 'clearqueue_web') with check (true);
"""
"""As those of migration 0025: a rating has words in it."""


def upgrade() -> None:
    op.execute(TABLE)
    op.execute(WALL)


def downgrade() -> None:
    op.execute("drop table rating")
