"""What a ticket has at all, by one look. Most have few of these, and to ask for each costs more than the whole look."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from app.db import Ready

LOOK = Ready("""
    with recursive family as (
        select cast(%(id)s as uuid) as id
        union
        select source.id from ticket as source join family on source.merged_into_id = family.id
    )
    select
        exists(select from draft where ticket_id = any(array(select id from family))) as drafts,
        exists(select from scheduled_reply where ticket_id = any(array(select id from family))) as waiting,
        exists(select from time_entry where ticket_id = any(array(select id from family))) as time,
        exists(select from rating where ticket_id = cast(%(id)s as uuid)) as rating,
        exists(select from ticket_link where from_id = cast(%(id)s as uuid) or to_id = cast(%(id)s as uuid)) as links,
        exists(select from family where id <> cast(%(id)s as uuid)) as merged,
        exists(select from message_place where ticket_id = any(array(select id from family)))
            or exists(
                select from message join message_place as place on place.message_id = message.id
                where message.ticket_id = any(array(select id from family))
            ) as moved,
        exists(
            select from message join attachment on attachment.message_id = message.id
            where message.ticket_id = any(array(select id from family))
        ) as files,
        exists(select from activity where is_active) as activities,
        exists(select from macro) as macros,
        exists(select from canned_reply) as canned
""")


@dataclass(frozen=True, slots=True)
class Around:
    """Whether there is any of it that the asker could see: on the ticket and, but for ratings and links, on those that
    were merged into it; or in the house.
    """

    drafts: bool
    waiting: bool
    time: bool
    rating: bool
    links: bool
    merged: bool
    moved: bool
    """Messages were moved to here or from here."""
    files: bool
    """Messages that were written here came with files."""
    activities: bool
    macros: bool
    canned: bool


def around(session: Session, ticket_id: UUID) -> Around:
    """One look."""
    return Around(*LOOK.rows(session, id=ticket_id)[0])
