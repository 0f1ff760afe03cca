"""The law of links: those that stand in `ticket_link` are those that the events tell of."""

from contextlib import closing

from core.settings import Settings
from etl.connection import connect
from etl.laws.law import Finding

DIFFERENT = """
    with told as (
        select distinct on (link, source_id, target_id) kind, link, source_id, target_id
        from (
            select kind, ticket_id, ticket_version, payload ->> 'link' as link,
                   (payload ->> 'source_id')::uuid as source_id, (payload ->> 'target_id')::uuid as target_id
            from (
                select kind, ticket_id, ticket_version, payload from event
                union all
                select kind, ticket_id, ticket_version, payload from event_pending
            ) as every
            where kind in ('ticket.linked', 'ticket.unlinked')
        ) as change
        where ticket_id = source_id
        order by link, source_id, target_id, ticket_version desc
    ),
    standing as (
        select link, source_id, target_id from told where kind = 'ticket.linked'
    )
    select coalesce(standing.source_id, kept.from_id), coalesce(standing.link, kept.kind),
           coalesce(standing.target_id, kept.to_id)
    from standing
    full join ticket_link as kept
      on kept.kind = standing.link and kept.from_id = standing.source_id and kept.to_id = standing.target_id
    where kept.kind is null or standing.link is null
"""


def links_are_as_told(settings: Settings) -> Finding:
    """Every link was told of and not taken back, and no link is there that nobody told of."""
    with closing(connect(settings.database_url, "verify links", statement_seconds=0)) as connection:
        (checked,) = connection.execute("select count(*) from ticket_link").fetchone() or (0,)
        rows = connection.execute(DIFFERENT).fetchall()
    return Finding.of(checked, [f"the link {start} {link} {end} is told of or kept alone" for start, link, end in rows])
