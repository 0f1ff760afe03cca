"""Who opened a ticket, who had a hand in it, who watches it; restricted messages are not searched"""

from uuid import UUID

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MANY = {"involved_ids": "ticket_involved", "watcher_ids": "ticket_watched"}

TICKET_DOCUMENT = """
create or replace view ticket_document as
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
       ticket.updated_at,
       ticket.creator_id,
       ticket.involved_ids,
       ticket.watcher_ids
from ticket
join ticket_state on ticket_state.id = ticket.state_id
left join person as agent on agent.id = ticket.agent_id
left join person as requester on requester.id = ticket.requester_id
left join organisation on organisation.id = ticket.organisation_id
left join lateral (
    select array_agg(message.body order by message.created_at, message.id)
               filter (where message.visibility = 'public') as bodies_public,
           array_agg(message.body order by message.created_at, message.id)
               filter (where message.visibility = 'internal') as bodies_internal
    from message
    where message.ticket_id = ticket.id
) as text on true
"""

BEFORE = """
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

# What the events of old tickets tell. (Nobody could watch yet.)
TOLD = """
with told as (
    select ticket_id, kind, actor_id, payload from event where ticket_id is not null
    union all
    select ticket_id, kind, actor_id, payload from event_pending where ticket_id is not null
),
hand as (
    select ticket_id,
           case
               when kind in ('ticket.created', 'ticket.assigned') then (payload ->> 'agent_id')::uuid
               when kind = 'message.added' and payload ->> 'author_kind' <> 'end_user' then actor_id
           end as person_id
    from told
),
involved as (
    select ticket_id, array_agg(distinct person_id order by person_id) as person_ids
    from hand
    where person_id is not null
    group by ticket_id
)
update ticket
set creator_id = opening.actor_id,
    involved_ids = coalesce(involved.person_ids, '{}')
from told as opening
left join involved on involved.ticket_id = opening.ticket_id
where opening.ticket_id = ticket.id
  and opening.kind = 'ticket.created'
"""


def upgrade() -> None:
    op.add_column("ticket", sa.Column("creator_id", sa.Uuid(), nullable=True))
    for name, index in MANY.items():
        column: sa.Column[list[UUID]] = sa.Column(name, postgresql.ARRAY(sa.Uuid()), nullable=False, server_default="{}")
        op.add_column("ticket", column)
        op.alter_column("ticket", name, server_default=None)
        op.create_index(
            index, "ticket", [name], postgresql_using="gin", postgresql_where=sa.text(f"{name} <> '{{}}'")
        )
    op.execute(TOLD)
    op.execute(TICKET_DOCUMENT)


def downgrade() -> None:
    op.execute("drop view ticket_document")
    for name in ("creator_id", *MANY):
        op.drop_column("ticket", name)
    op.execute(BEFORE)
