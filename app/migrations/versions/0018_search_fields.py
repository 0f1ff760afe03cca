"""What search knows of a ticket: its times and its custom fields, too"""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

MORE = """,
       ticket.solved_at,
       ticket.closed_at,
       ticket.first_replied_at,
       ticket.awaiting_reply_since,
       ticket.custom"""

DOCUMENT = """
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
       ticket.watcher_ids{more}
from ticket
join ticket_state on ticket_state.id = ticket.state_id
left join person as agent on agent.id = ticket.agent_id
left join person as requester on requester.id = ticket.requester_id
left join organisation on organisation.id = ticket.organisation_id
left join lateral (
{text}
) as text on true
"""

# What a ticket shows (app/tickets/shown.py). What came from somebody else's ticket is found by colleagues only.
SHOWN = """
    with recursive family as (
        select ticket.id, true as is_theirs
        union
        select source.id,
               family.is_theirs
               and source.requester_id is not distinct from ticket.requester_id
               and source.organisation_id is not distinct from ticket.organisation_id
        from ticket as source
        join family on source.merged_into_id = family.id
    ),
    shown as (
        select message.id, message.created_at, message.body, message.visibility, family.is_theirs
        from family
        join message on message.ticket_id = family.id
        where not exists (
            select from message_place as place
            where place.message_id = message.id
              and not place.is_shared
              and place.ticket_id not in (select id from family)
        )
        union
        select message.id, message.created_at, message.body, message.visibility, family.is_theirs
        from family
        join message_place as place on place.ticket_id = family.id
        join message on message.id = place.message_id
    ),
    said as (
        select created_at, id, 0 as place, visibility, is_theirs, body as words from shown
        union all
        select shown.created_at, shown.id, 1, shown.visibility, shown.is_theirs, attachment.name
        from shown
        join attachment on attachment.message_id = shown.id
        union all
        select shown.created_at, shown.id, 2, shown.visibility, shown.is_theirs, file_text.text
        from shown
        join attachment on attachment.message_id = shown.id
        join file on file.sha256 = attachment.sha256 and file.state = 'kept'
        join file_text on file_text.sha256 = attachment.sha256
    )
    select array_agg(words order by created_at, id, place)
               filter (where visibility = 'public' and is_theirs) as bodies_public,
           array_agg(words order by created_at, id, place)
               filter (where visibility = 'internal' or visibility = 'public' and not is_theirs) as bodies_internal
    from said
"""


def upgrade() -> None:
    op.execute(DOCUMENT.replace("{text}", SHOWN).replace("{more}", MORE))


def downgrade() -> None:
    op.execute("drop view ticket_document")
    op.execute(DOCUMENT.replace("{text}", SHOWN).replace("{more}", ""))
