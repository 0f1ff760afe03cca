"""How the ledger is stored, and the two views that the carrier reads"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TICKET_DOCUMENT = """
create view ticket_document as
select ticket.id as ticket_id,
       ticket.version,
       ticket.number,
       ticket.title,
       coalesce(text.bodies_public, '{}') as bodies_public,
       coalesce(text.bodies_internal, '{}') as bodies_internal,
       ticket.tags,
       ticket.queue_id,
       ticket_state.name as state,
       ticket.category,
       ticket.priority,
       ticket.agent_id,
       agent.name as agent,
       ticket.requester_id,
       nullif(concat_ws(' ', requester.name, requester.email), '') as requester,
       ticket.organisation_id,
       organisation.name as organisation,
       ticket.channel,
       ticket.language,
       ticket.created_at,
       ticket.updated_at
from ticket
join ticket_state on ticket_state.id = ticket.state_id
left join person as agent on agent.id = ticket.agent_id
left join person as requester on requester.id = ticket.requester_id
left join organisation on organisation.id = ticket.organisation_id
left join lateral (
    select array_agg(message.body order by message.created_at, message.id)
               filter (where message.visibility = 'public') as bodies_public,
           array_agg(message.body order by message.created_at, message.id)
               filter (where message.visibility <> 'public') as bodies_internal
    from message
    where message.ticket_id = ticket.id
) as text on true
"""

DIRECTORY = """
create view directory as
select 'queue' as kind, id, name, parent_id, null::text as detail from queue
union all
select 'agent', id, name, organisation_id, role from person where role <> 'customer'
union all
select 'organisation', id, name, null::uuid, tier from organisation
union all
select 'state', id, name, null::uuid, category from ticket_state
"""

# A queue table lives from its dead rows being swept at once; the ledger is only ever appended to.
STORAGE = """
alter table event_pending set (
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 2000,
    autovacuum_analyze_scale_factor = 0,
    autovacuum_analyze_threshold = 10000,
    fillfactor = 70
);
"""

HYPERTABLE = """
do $$
begin
    if exists (select from pg_available_extensions where name = 'timescaledb') then
        create extension if not exists timescaledb;
        perform create_hypertable('event', by_range('recorded_at', interval '7 days'));
        if current_setting('timescaledb.license', true) = 'timescale' then
            alter table event set (
                timescaledb.compress,
                timescaledb.compress_orderby = 'position'
            );
            perform add_compression_policy('event', interval '14 days');
        end if;
    end if;
end
$$
"""


def upgrade() -> None:
    op.execute(STORAGE)
    op.execute(HYPERTABLE)
    op.execute(TICKET_DOCUMENT)
    op.execute(DIRECTORY)


def downgrade() -> None:
    op.execute("drop view directory")
    op.execute("drop view ticket_document")
