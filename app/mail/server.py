"""The mail server that takes what we send: one address in the settings, TLS wherever there is a password."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from core.settings import Settings

SECONDS = 20.0
PORTS = {"smtp": 25, "smtps": 465}
PERMANENT = range(500, 600)


class ServerAway(Exception):
    """The server cannot be reached or takes nothing now: later it may."""


class MailRefused(Exception):
    """The server will never take this mail."""


class Server:
    """An open connection."""

    def __init__(self, connection: smtplib.SMTP) -> None:
        self._connection = connection

    def send(self, message: EmailMessage) -> None:
        """Hand a mail over. When this returns, the server has it."""
        try:
            self._connection.send_message(message)
        except smtplib.SMTPRecipientsRefused as trouble:
            codes = [code for code, _ in trouble.recipients.values()]
            raise (MailRefused if all(code in PERMANENT for code in codes) else ServerAway)(str(trouble)) from trouble
        except smtplib.SMTPResponseException as trouble:
            raise (MailRefused if trouble.smtp_code in PERMANENT else ServerAway)(str(trouble)) from trouble
        except (smtplib.SMTPException, OSError) as trouble:
            raise ServerAway(str(trouble)) from trouble


@contextmanager
def server_of(settings: Settings) -> Iterator[Server]:
    """The server that is set; `ServerAway` if it cannot be reached."""
    try:
        connection = _connected(settings.smtp_url)
    except (smtplib.SMTPException, OSError) as trouble:
        raise ServerAway(str(trouble)) from trouble
    try:
        yield Server(connection)
    finally:
        with suppress(smtplib.SMTPException, OSError):
            connection.quit()


def _connected(address: str) -> smtplib.SMTP:
    """Through TLS from the start (smtps), or as soon as the server offers it; a password goes through nothing else."""
    parts = urlsplit(address)
    host, port = parts.hostname or "localhost", parts.port or PORTS[parts.scheme]
    secure = ssl.create_default_context()
    if parts.scheme == "smtps":
        connection: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=secure)
    else:
        connection = smtplib.SMTP(host, port, timeout=SECONDS)
        connection.ehlo()
        if connection.has_extn("starttls") or parts.username:
            connection.starttls(context=secure)
    if parts.username:
        connection.login(unquote(parts.username), unquote(parts.password or ""))
    return connection
