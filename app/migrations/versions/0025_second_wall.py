"""Row-level security: PostgreSQL shows web requests only what their asker may see (app/wall.py, decision 0050)"""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

ROLES = """
do $$
declare name text;
begin
    foreach name in array array['clearqueue_web', 'clearqueue_house'] loop
        if not exists (select from pg_roles where rolname = name) then
            execute format('create role %I nologin', name);
        end if;
        if not pg_has_role(current_user, name, 'set') then
            execute format('grant %I to current_user with inherit false, set true', name);
        end if;
    end loop;
exception when insufficient_privilege then
    raise exception 'The roles clearqueue_web and clearqueue_house are missing, and this role may not make them.'
    using hint = format(
        'As an administrator of PostgreSQL: create role clearqueue_web nologin; create role clearqueue_house nologin; '
        'grant clearqueue_web, clearqueue_house to %I with inherit false, set true;', current_user);
end $$;
"""

RIGHTS = """
grant usage on schema public to clearqueue_web, clearqueue_house;
grant select, insert, update, delete on all tables in schema public to clearqueue_web, clearqueue_house;
grant usage, select, update on all sequences in schema public to clearqueue_web, clearqueue_house;
alter default privileges in schema public
    grant select, insert, update, delete on tables to clearqueue_web, clearqueue_house;
alter default privileges in schema public grant usage, select, update on sequences to clearqueue_web, clearqueue_house;
revoke insert, update, delete on event from clearqueue_web, clearqueue_house;
revoke update, delete on event_pending from clearqueue_web, clearqueue_house;
revoke all on ticket_touch from clearqueue_web, clearqueue_house;
"""

ASKING = """
create function asking(name text) returns uuid[] language sql stable parallel safe
return coalesce(nullif(current_setting('clearqueue.' || name, true), '')::uuid[], '{}');

create function asking_inside() returns boolean language sql stable parallel safe
return current_setting('clearqueue.internal', true) = 'on';

create function asking_by_relation() returns boolean language sql stable parallel safe
return current_setting('clearqueue.by_relation', true) = 'on';
"""
"""What a transaction of the web says of its asker. A setting that is missing, or empty, is nobody."""


STANDS_IN_SIGHT = """
create function stands_in_sight(
    queue_id uuid, agent_id uuid, creator_id uuid, involved_ids uuid[], watcher_ids uuid[]
) returns boolean language plpgsql stable parallel safe as $$
declare person uuid[] := asking('person');
begin
    return coalesce(
        (agent_id = any (person) and queue_id = any (asking('owner_queues')))
        or (creator_id = any (person) and queue_id = any (asking('creator_queues')))
        or (involved_ids && person and queue_id = any (asking('involved_queues')))
        or (watcher_ids && person and queue_id = any (asking('watcher_queues'))), false);
end $$;
"""
"""`policy._stands`, line by line. A function, because few need it: as part of every plan it would cost everybody."""


def ids(name: str) -> str:
    """A setting's ids. In a query of their own they are read once, not for every row."""
    return f"((select asking('{name}'))::uuid[])"


IN_SIGHT = f"""
    queue_id = any {ids("queues")}
    or requester_id = any {ids("requesters")}
    or organisation_id = any {ids("organisations")}
    or ((select asking_by_relation()) and stands_in_sight(queue_id, agent_id, creator_id, involved_ids, watcher_ids))
"""
"""`policy.scope_filter` over the settings."""

LEADS_IN_SIGHT = f"""
create function leads_in_sight(merged_into_id uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp
begin atomic
    with recursive chain as (
        select ticket.* from ticket where ticket.id = leads_in_sight.merged_into_id
        union all
        select ticket.* from ticket join chain on ticket.id = chain.merged_into_id
    )
    select exists (select from chain where {IN_SIGHT});
end;
grant create on schema public to clearqueue_house;
alter function leads_in_sight(uuid) owner to clearqueue_house;
revoke create on schema public from clearqueue_house;
"""
"""Whoever works on a ticket sees what was merged into it (app/tickets/shown.py). The one function that looks further
than its caller: it belongs to a role that owns nothing, and says only yes or no.
"""

OF_MESSAGES = """
create function shows_message(message_id uuid, ticket_id uuid) returns boolean
language plpgsql stable parallel safe as $$
begin
    return exists (select from ticket where ticket.id = shows_message.ticket_id)
        or exists (
            select from message_place as place
            join ticket on ticket.id = place.ticket_id
            where place.message_id = shows_message.message_id
        );
end $$;

create function reads_restricted(ticket_id uuid, author_id uuid) returns boolean
language plpgsql stable parallel safe as $$
begin
    return author_id = any (asking('person')) or exists (
        select from ticket
        where ticket.id = reads_restricted.ticket_id
          and (ticket.agent_id = any (asking('person')) or ticket.queue_id = any (asking('leading')))
    );
end $$;
"""
"""With their caller's rights: the tickets in them are those behind the wall. As functions their plans are kept; spelled
out in the policy they would be planned anew for every query of messages.
"""

WALLS = {
    "ticket": f"""
        {IN_SIGHT}
        or (merged_into_id is not null and (select asking_inside()) and leads_in_sight(merged_into_id))
    """,
    "message": """
        (visibility = 'public' or (select asking_inside()))
        and (visibility <> 'restricted' or reads_restricted(ticket_id, author_id))
        and shows_message(id, ticket_id)
    """,
    "attachment": f"""
        uploaded_by = any {ids("person")}
        or exists (select from message where message.id = attachment.message_id)
    """,
    "draft": f"""
        person_id = any {ids("person")}
        or exists (select from ticket where ticket.id = draft.ticket_id)
    """,
    "scheduled_reply": f"""
        author_id = any {ids("person")}
        or exists (select from ticket where ticket.id = scheduled_reply.ticket_id)
    """,
    "file_text": "exists (select from attachment where attachment.sha256 = file_text.sha256)",
}


def upgrade() -> None:
    for statements in (ROLES, RIGHTS, ASKING, STANDS_IN_SIGHT, LEADS_IN_SIGHT, OF_MESSAGES):
        op.execute(statements.replace(":", r"\:").replace(r"\:\:", "::"))
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
    op.execute("alter view ticket_document set (security_invoker = true)")


def downgrade() -> None:
    op.execute("alter view ticket_document set (security_invoker = false)")
    for table in WALLS:
        for policy in ("in_sight", "writes", "changes", "removes", "house", "behind_the_desk"):
            op.execute(f"drop policy {policy} on {table}")
        op.execute(f"alter table {table} no force row level security, disable row level security")
    for function in (
        "reads_restricted(uuid, uuid)", "shows_message(uuid, uuid)", "leads_in_sight(uuid)",
        "stands_in_sight(uuid, uuid, uuid, uuid[], uuid[])", "asking_by_relation()", "asking_inside()", "asking(text)",
    ):  # fmt: skip
        op.execute(f"drop function {function}")
