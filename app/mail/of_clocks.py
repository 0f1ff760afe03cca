"""The mail of a notice of a clock."""

from email.message import EmailMessage

from sqlalchemy.orm import Session

from app import policy
from app.identity.asking import actor_of
from app.mail.envelope import envelope, home_of
from app.people.person import Person
from app.sla.notice import SlaNotice
from app.sla.remaining import name_of
from app.tickets.ticket import Ticket
from core.settings import Settings


def mail_of_clock(settings: Settings, session: Session, notice: SlaNotice) -> EmailMessage | None:
    """What the person reads, if they have not seen it on a page, still work here and still see the ticket."""
    person, ticket = session.get(Person, notice.person_id), session.get_one(Ticket, notice.ticket_id)
    if notice.seen_at or person is None or not person.is_active or not person.email:
        return None
    if not policy.may_see(actor_of(session, person), ticket):
        return None
    target = name_of(notice.target)
    said = f"{target[:1].upper()}{target[1:]} {'is due soon' if notice.what == 'warned' else 'is overdue'}"
    message = envelope(
        settings, to=person.email, subject=f"[#{ticket.number}] {said}: {ticket.title}", notice_id=notice.id,
        created_at=notice.created_at,
    )  # fmt: skip
    message.set_content(
        f"Ticket #{ticket.number}: {ticket.title}\n"
        f"{said}. Due {notice.due_at:%Y-%m-%d %H:%M} UTC.\n\n"
        f"{home_of(settings)}/tickets/{ticket.number}/sla#clock-{notice.clock_id}\n"
    )
    return message
