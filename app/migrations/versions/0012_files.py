"""Files: contents, what was attached to which message, what we made of them; their text is part of a ticket's document"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLES = """
create table file (
    sha256 varchar(64) primary key,
    size_bytes bigint not null,
    media_type varchar(100) not null,
    state varchar(12) not null,
    finding varchar(255) not null,
    read_at timestamptz,
    unused_since timestamptz,
    created_at timestamptz not null
);
create index file_due on file (created_at) where state = 'pending' or read_at is null;

create table attachment (
    id uuid primary key,
    sha256 varchar(64) not null references file (sha256),
    message_id uuid references message (id) deferrable initially deferred,
    name varchar(255) not null,
    uploaded_by uuid,
    created_at timestamptz not null
);
create index ix_attachment_sha256 on attachment (sha256);
create index ix_attachment_message_id on attachment (message_id);

create table file_view (
    sha256 varchar(64) references file (sha256),
    kind varchar(12),
    view_sha256 varchar(64),
    size_bytes bigint not null,
    created_at timestamptz not null,
    primary key (sha256, kind)
);
create index ix_file_view_view_sha256 on file_view (view_sha256);

create table file_text (
    sha256 varchar(64) primary key references file (sha256),
    text text not null
);
"""

MESSAGE_TEXT = """select message.created_at, message.id, 0 as place, message.visibility, message.body as words
        from message
        where message.ticket_id = ticket.id
        union all
        select message.created_at, message.id, 1, message.visibility, attachment.name
        from message
        join attachment on attachment.message_id = message.id
        where message.ticket_id = ticket.id
        union all
        select message.created_at, message.id, 2, message.visibility, file_text.text
        from message
        join attachment on attachment.message_id = message.id
        join file on file.sha256 = attachment.sha256 and file.state = 'kept'
        join file_text on file_text.sha256 = attachment.sha256
        where message.ticket_id = ticket.id"""

DOCUMENT = """
create or replace view ticket_document as
select ticket.id as ticket_id,
       ticket.version,
       ticket.number,
       ticket.title,
       coalesce(text.bodies_public, '{{}}') as bodies_public,
       coalesce(text.bodies_internal, '{{}}') as bodies_internal,
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
    select array_agg(said.words order by said.created_at, said.id, said.place)
               filter (where said.visibility = 'public') as bodies_public,
           array_agg(said.words order by said.created_at, said.id, said.place)
               filter (where said.visibility = 'internal') as bodies_internal
    from (
        {words}
    ) as said
) as text on true
"""

MESSAGES_ONLY = """select message.created_at, message.id, 0 as place, message.visibility, message.body as words
        from message
        where message.ticket_id = ticket.id"""


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(DOCUMENT.format(words=MESSAGE_TEXT))


def downgrade() -> None:
    op.execute(DOCUMENT.format(words=MESSAGES_ONLY))
    op.execute("drop table file_text, file_view, attachment, file")
