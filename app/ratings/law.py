"""The law of ratings: the row of a rating is the newest of its ticket's events; its words, unless they were erased, by
their hash.
"""

from contextlib import closing

from core.settings import Settings
from etl.connection import connect
from etl.laws.law import Finding

DIFFERENT = """
    with told as (
        select distinct on (ticket_id)
               ticket_id, actor_id, occurred_at, (payload ->> 'score')::integer as score,
               payload ->> 'comment_hash' as comment_hash
        from (
            select ticket_id, ticket_version, actor_id, occurred_at, kind, payload from event
            union all
            select ticket_id, ticket_version, actor_id, occurred_at, kind, payload from event_pending
        ) as every
        where kind = 'csat.rated'
        order by ticket_id, ticket_version desc
    )
    select coalesce(told.ticket_id, rating.ticket_id)
    from told
    full join rating using (ticket_id)
    where (told.actor_id, told.score) is distinct from (rating.person_id, rating.score)
       or (rating.comment <> ''
           and told.comment_hash is distinct from encode(sha256(convert_to(rating.comment, 'UTF8')), 'hex'))
"""


def ratings_are_as_told(settings: Settings) -> Finding:
    """Every rating is what its customer said last."""
    with closing(connect(settings.database_url, "verify ratings", statement_seconds=0)) as connection:
        (checked,) = connection.execute("select count(*) from rating").fetchone() or (0,)
        rows = connection.execute(DIFFERENT).fetchall()
    return Finding.of(checked, [f"the rating of ticket {ticket} is not as told" for (ticket,) in rows])
