"""The law of ratings: the row of a rating is the newest of its ticket's events; its words, unless they were erased, by
their hash.
"""

from contextlib import closing

from core.settings import Settings
from etl.connection import connect
from etl.laws.law import Finding

DIFFERENT = """
    with newest as (
        select distinct on (ticket_id, kind)
               ticket_id, kind, actor_id, (payload ->> 'score')::integer as score,
               payload ->> 'comment_hash' as comment_hash
        from (
            select ticket_id, ticket_version, actor_id, kind, payload from event
            union all
            select ticket_id, ticket_version, actor_id, kind, payload from event_pending
        ) as every
        where kind in ('csat.rated', 'ces.rated', 'nps.rated')
        order by ticket_id, kind, ticket_version desc
    ),
    told as (
        select ticket_id,
               (array_agg(actor_id) filter (where kind = 'csat.rated'))[1] as actor_id,
               max(score) filter (where kind = 'csat.rated') as score,
               max(score) filter (where kind = 'ces.rated') as effort,
               max(score) filter (where kind = 'nps.rated') as recommendation,
               max(comment_hash) as comment_hash
        from newest
        group by ticket_id
    )
    select coalesce(told.ticket_id, rating.ticket_id)
    from told
    full join rating using (ticket_id)
    where (told.actor_id, told.score, told.effort, told.recommendation)
          is distinct from (rating.person_id, rating.score, rating.effort, rating.recommendation)
       or (rating.comment <> ''
           and told.comment_hash is distinct from encode(sha256(convert_to(rating.comment, 'UTF8')), 'hex'))
"""


def ratings_are_as_told(settings: Settings) -> Finding:
    """Every rating is what its customer said last."""
    with closing(connect(settings.database_url, "verify ratings", statement_seconds=0)) as connection:
        (checked,) = connection.execute("select count(*) from rating").fetchone() or (0,)
        rows = connection.execute(DIFFERENT).fetchall()
    return Finding.of(checked, [f"the rating of ticket {ticket} is not as told" for (ticket,) in rows])
