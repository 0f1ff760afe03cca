"""What every number needs that the lake does not know: who may ask for it, and the titles of the tickets behind it."""

from uuid import UUID

import polars as pl
import sqlalchemy as sa
from sqlmodel import col

from app import policy
from app.rest.ask import Ask
from app.tickets.ticket import Ticket
from core.errors import NotAllowed


def demand_colleague(ask: Ask) -> None:
    """Numbers tell of queues and colleagues, which customers do not know of."""
    if not policy.sees_people(ask.actor):
        raise NotAllowed("Numbers are for colleagues who may read a queue.")


def titled(ask: Ask, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows with their tickets' titles, which the lake does not hold."""
    ids = [UUID(text) for text in frame["ticket_id"].unique()]
    query = sa.select(col(Ticket.id), col(Ticket.title)).where(
        col(Ticket.id) == sa.any_(sa.literal(ids, sa.ARRAY(sa.Uuid))), policy.scope_filter(policy.visible(ask.actor))
    )
    with ask.desk.database.reading() as session:
        titles = {str(ticket_id): title for ticket_id, title in session.execute(query)}
    title = pl.col("ticket_id").replace_strict(titles, default=None, return_dtype=pl.String).alias("title")
    return frame.with_columns(title).select("ticket_id", "number", "title", pl.exclude("ticket_id", "number", "title"))
