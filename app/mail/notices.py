"""A mail for each notice of a clock that its person has not seen, once a mail server is set.

A notice is claimed, sent, and marked, each for itself: whoever is killed between sending and marking leaves a claim
that ends, and the mail is sent again with the same Message-ID, by which servers and readers know it as the same one.
"""

from contextlib import closing
from datetime import timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app import policy
from app.db import Database
from app.identity.asking import actor_of
from app.mail.server import MailRefused, Server, ServerAway, server_of
from app.people.person import Person
from app.sla.notice import SlaNotice
from app.sla.remaining import name_of
from app.tickets.ticket import Ticket
from core import clock, log
from core.settings import Settings
from etl.failpoint import failpoint

MOST_AT_ONCE = 200
FIRST_WAIT = timedelta(minutes=1)
"""So long a claim holds the first time; each further one twice as long: also the wait behind a failure."""
LONGEST_WAIT = timedelta(hours=2)
TOLD_WITHIN = timedelta(days=1)
"""Older ones are not worth a mail any more; so a server that is set today does not send last week's."""

logger = log.get(__name__)


def mail_notices(settings: Settings) -> int:
    """Send what is due to be sent; returns how many went out."""
    with closing(Database(settings.database_url, most_connections=1)) as database:
        _drop_old(database)
        if not settings.smtp_url or not _is_any(database):
            return 0
        try:
            with server_of(settings) as server:
                return _mailed(settings, database, server)
        except ServerAway as trouble:
            logger.warning("mail waits", reason=str(trouble))
            return 0


def _mailed(settings: Settings, database: Database, server: Server) -> int:
    sent = 0
    while sent < MOST_AT_ONCE and (claimed := _claim(settings, database)):
        notice, message = claimed
        if message:
            try:
                server.send(message)
                sent += 1
            except MailRefused as trouble:
                logger.warning("a mail is refused", notice=str(notice.id), reason=str(trouble))
            failpoint("mail.sent")
        with database.transaction() as session:
            values = {"mail_at": None, "mailed_at": clock.now() if message else None}
            session.execute(sa.update(SlaNotice).where(col(SlaNotice.id) == notice.id).values(values))
    return sent


def _claim(settings: Settings, database: Database) -> tuple[SlaNotice, EmailMessage | None] | None:
    """The next notice and its mail; None instead of one that its person should not get any more."""
    now = clock.now()
    with database.transaction() as session:
        due = sa.select(SlaNotice).where(col(SlaNotice.mail_at) <= now).order_by(col(SlaNotice.mail_at)).limit(1)
        notice = session.execute(due.with_for_update(skip_locked=True)).scalar_one_or_none()
        if notice is None:
            return None
        notice.mail_at = now + min(FIRST_WAIT * 2**notice.mail_tries, LONGEST_WAIT)
        notice.mail_tries += 1
        session.flush()
        return notice, _mail(settings, session, notice)


def _mail(settings: Settings, session: Session, notice: SlaNotice) -> EmailMessage | None:
    """What the person reads, if they have not seen it on a page, still work here and still see the ticket."""
    person, ticket = session.get(Person, notice.person_id), session.get_one(Ticket, notice.ticket_id)
    if notice.seen_at or person is None or not person.is_active or not person.email:
        return None
    if not policy.may_see(actor_of(session, person), ticket):
        return None
    home = settings.base_url.rstrip("/") or f"http://{settings.host}:{settings.port}"
    host = urlsplit(home).hostname or "localhost"
    target = name_of(notice.target)
    what = "is due soon" if notice.what == "warned" else "is overdue"
    message = EmailMessage()
    message["From"] = settings.mail_from or str(Address(settings.company, "clearqueue", host))
    message["To"] = person.email
    message["Subject"] = f"[#{ticket.number}] {target[:1].upper()}{target[1:]} {what}: {' '.join(ticket.title.split())}"
    message["Message-ID"] = f"<notice.{notice.id}@{host}>"
    message["Date"] = format_datetime(notice.created_at)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(
        f"Ticket #{ticket.number}: {ticket.title}\n"
        f"{target[:1].upper()}{target[1:]} {what}. Due {notice.due_at:%Y-%m-%d %H:%M} UTC.\n\n"
        f"{home}/tickets/{ticket.number}/sla#clock-{notice.clock_id}\n"
    )
    return message


def _is_any(database: Database) -> bool:
    with database.reading() as session:
        due = sa.select(sa.literal(1)).where(col(SlaNotice.mail_at) <= clock.now())
        return session.execute(due.limit(1)).first() is not None


def _drop_old(database: Database) -> None:
    old = col(SlaNotice.created_at) < clock.now() - TOLD_WITHIN
    with database.transaction() as session:
        session.execute(sa.update(SlaNotice).where(col(SlaNotice.mail_at).is_not(None), old).values(mail_at=None))
