"""The law of mentions: their rows are those that the events tell of."""

from contextlib import closing

from core.settings import Settings
from etl.connection import connect
from etl.laws.law import Finding

DIFFERENT = """
    with told as (
        select ticket_id, occurred_at, (payload ->> 'message_id')::uuid as message_id,
               jsonb_array_elements_text(payload -> 'person_ids')::uuid as person_id
        from (
            select ticket_id, occurred_at, kind, payload from event
            union all
            select ticket_id, occurred_at, kind, payload from event_pending
        ) as every
        where kind = 'ticket.mentioned'
    )
    select coalesce(told.person_id, mention.person_id), coalesce(told.message_id, mention.message_id)
    from told
    full join mention
      on mention.message_id = told.message_id
     and mention.person_id = told.person_id
     and mention.ticket_id = told.ticket_id
     and mention.mentioned_at = told.occurred_at
    where told.person_id is null or mention.person_id is null
"""


def mentions_are_as_told(settings: Settings) -> Finding:
    """Whoever was told to be mentioned has a row, and nobody else."""
    with closing(connect(settings.database_url, "verify mentions", statement_seconds=0)) as connection:
        (checked,) = connection.execute("select count(*) from mention").fetchone() or (0,)
        rows = connection.execute(DIFFERENT).fetchall()
    return Finding.of(checked, [f"{person} in message {message} is told of or kept alone" for person, message in rows])
