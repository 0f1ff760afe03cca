"""A mail for each notice that its person has not seen, of a clock or of an alert, once a mail server is set.

A notice is claimed, sent, and marked, each for itself: whoever is killed between sending and marking leaves a claim
that ends, and the mail is sent again with the same Message-ID, by which servers and readers know it as the same one.
"""

from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from email.message import EmailMessage
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.alerts.row import AlertNotice
from app.db import Database
from app.mail.of_alerts import mail_of_alert
from app.mail.of_clocks import mail_of_clock
from app.mail.server import MailRefused, Server, ServerAway, server_of
from app.sla.notice import SlaNotice
from core import clock, log
from core.settings import Settings
from etl.failpoint import failpoint

N = TypeVar("N", SlaNotice, AlertNotice)
Write = Callable[[Settings, Session, N], EmailMessage | None]
"""What writes the mail of a notice; None instead of one that its person should not get any more."""
KINDS: tuple[type[SlaNotice] | type[AlertNotice], ...] = (SlaNotice, AlertNotice)

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
                of_clocks = _mailed(settings, database, server, SlaNotice, mail_of_clock)
                return of_clocks + _mailed(settings, database, server, AlertNotice, mail_of_alert)
        except ServerAway as trouble:
            logger.warning("mail waits", reason=str(trouble))
            return 0


def _mailed(settings: Settings, database: Database, server: Server, kind: type[N], write: Write[N]) -> int:
    sent = 0
    while sent < MOST_AT_ONCE and (claimed := _claim(settings, database, kind, write)):
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
            session.execute(sa.update(kind).where(col(kind.id) == notice.id).values(values))
    return sent


def _claim(
    settings: Settings, database: Database, kind: type[N], write: Write[N]
) -> tuple[N, EmailMessage | None] | None:
    """The next notice and its mail."""
    now = clock.now()
    with database.transaction() as session:
        due = sa.select(kind).where(col(kind.mail_at) <= now).order_by(col(kind.mail_at)).limit(1)
        notice = session.execute(due.with_for_update(skip_locked=True)).scalar_one_or_none()
        if notice is None:
            return None
        notice.mail_at = now + min(FIRST_WAIT * 2**notice.mail_tries, LONGEST_WAIT)
        notice.mail_tries += 1
        session.flush()
        return notice, write(settings, session, notice)


def _is_any(database: Database) -> bool:
    with database.reading() as session:
        due = (sa.select(sa.literal(1)).where(col(kind.mail_at) <= clock.now()) for kind in KINDS)
        return any(session.execute(query.limit(1)).first() is not None for query in due)


def _drop_old(database: Database) -> None:
    before = clock.now() - TOLD_WITHIN
    with database.transaction() as session:
        for kind in KINDS:
            old = sa.update(kind).where(col(kind.mail_at).is_not(None), col(kind.created_at) < before)
            session.execute(old.values(mail_at=None))
