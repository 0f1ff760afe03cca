"""What all of our mails share: who writes, to whom, and an id by which a second copy is known as the same mail."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import urlsplit
from uuid import UUID

from core.settings import Settings


def home_of(settings: Settings) -> str:
    """Where our pages are, without a slash at the end."""
    return settings.base_url.rstrip("/") or f"http://{settings.host}:{settings.port}"


def envelope(settings: Settings, *, to: str, subject: str, notice_id: UUID, created_at: datetime) -> EmailMessage:
    """A mail without its text."""
    host = urlsplit(home_of(settings)).hostname or "localhost"
    message = EmailMessage()
    message["From"] = settings.mail_from or str(Address(settings.company, "clearqueue", host))
    message["To"] = to
    message["Subject"] = " ".join(subject.split())
    message["Message-ID"] = f"<notice.{notice_id}@{host}>"
    message["Date"] = format_datetime(created_at)
    message["Auto-Submitted"] = "auto-generated"
    return message
