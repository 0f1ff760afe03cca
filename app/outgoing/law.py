"""The law of replies that wait: their rows are what the events tell, and what is to go out has a timer."""

from contextlib import closing

from core.settings import Settings
from etl.connection import connect
from etl.laws.law import Finding

DIFFERENT = """
    with told as (
        select distinct on (payload ->> 'reply_id')
               (payload ->> 'reply_id')::uuid as reply_id,
               ticket_id,
               kind = 'reply.scheduled' as waits,
               kind = 'reply.scheduled' or payload ->> 'outcome' = 'held' as is_there
        from (
            select ticket_id, ticket_version, kind, payload from event
            union all
            select ticket_id, ticket_version, kind, payload from event_pending
        ) as every
        where kind in ('reply.scheduled', 'reply.unscheduled')
        order by payload ->> 'reply_id', ticket_version desc
    )
    select coalesce(told.reply_id, reply.id), coalesce(told.ticket_id, reply.ticket_id)
    from (select * from told where is_there) as told
    full join scheduled_reply as reply on reply.id = told.reply_id
    left join timer on timer.key = 'reply:' || reply.id
    where reply.id is null
       or told.reply_id is null
       or reply.ticket_id <> told.ticket_id
       or told.waits <> (reply.held_at is null)
       or told.waits <> (timer.id is not null)
"""


def replies_wait_as_told(settings: Settings) -> Finding:
    """Every reply that was told to wait, or to be held, is there as such; no other is."""
    with closing(connect(settings.database_url, "verify scheduled replies", statement_seconds=0)) as connection:
        (checked,) = connection.execute("select count(*) from scheduled_reply").fetchone() or (0,)
        rows = connection.execute(DIFFERENT).fetchall()
    return Finding.of(checked, [f"reply {reply} of ticket {ticket} does not wait as told" for reply, ticket in rows])
