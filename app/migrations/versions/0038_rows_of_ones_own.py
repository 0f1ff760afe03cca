"""Row-level security for what is one's own or a team's: views, macros, texts, bulk edits, mentions, preferences, keys"""

from alembic import op

revision = "0038"
down_revision = "0037"


def ids(name: str) -> str:
    """A setting's ids. In a query of their own they are read once, not for every row."""
    return f"((select asking('{name}'))::uuid[])"


FOR_ITS_AUDIENCE = f"""
    (select asking_inside()) and (
        audience = 'global'
        or audience = 'private' and owner_id = any {ids("person")}
        or audience = 'team' and queue_id = any {ids("queues")}
    )
"""
"""`app.audience.shared_with` over the settings."""

WALLS = {
    "saved_view": FOR_ITS_AUDIENCE,
    "macro": FOR_ITS_AUDIENCE,
    "canned_reply": FOR_ITS_AUDIENCE,
    "bulk_job": f"person_id = any {ids('person')}",
    "bulk_ticket": "exists (select from bulk_job where bulk_job.id = bulk_ticket.job_id)",
    "mention": f"""
        (select asking_inside()) and (
            person_id = any {ids("person")} or exists (select from ticket where ticket.id = mention.ticket_id)
        )
    """,
    "preference": f"person_id = any {ids('person')}",
    "idempotency": "principal = (select current_setting('clearqueue.principal', true))",
}
"""Who may see a row. What may be written is the first wall's to say, as in migration 0025."""


def upgrade() -> None:
    for table, sees in WALLS.items():
        op.execute(f"alter table {table} enable row level security, force row level security")
        op.execute(f"create policy in_sight on {table} for select to clearqueue_web using ({sees})")
        op.execute(f"create policy writes on {table} for insert to clearqueue_web with check (true)")
        op.execute(f"create policy changes on {table} for update to clearqueue_web using (true) with check (true)")
        op.execute(f"create policy removes on {table} for delete to clearqueue_web using (true)")
        op.execute(f"create policy house on {table} to clearqueue_house using (true) with check (true)")
        op.execute(
            f"create policy behind_the_desk on {table} to current_user"
            " using ((select current_setting('role')) <> 'clearqueue_web') with check (true)"
        )


def downgrade() -> None:
    for table in WALLS:
        for policy in ("in_sight", "writes", "changes", "removes", "house", "behind_the_desk"):
            op.execute(f"drop policy {policy} on {table}")
        op.execute(f"alter table {table} no force row level security, disable row level security")
