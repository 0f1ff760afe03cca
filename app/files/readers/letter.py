"""The words of a mail that was sent along as a file: who, what about, what it says, what its attachments are called."""

import email.policy
import re
from collections.abc import Callable
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

MOST_PARTS = 500
MOST_BYTES = 16 * 1024 * 1024
TOLD = ("from", "to", "cc", "date", "subject")
FIRST_LINES = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]{1,40}:[ \t][^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){3}")
MARKS = re.compile(rb"^(?:from|received|return-path|message-id|mime-version):", re.IGNORECASE | re.MULTILINE)


def is_one(head: bytes) -> bool:
    """Whether a text begins as mails do: with several fields, some of which only mails have."""
    begun = FIRST_LINES.match(head)
    return bool(begun and MARKS.search(begun[0]))


def text(path: str, of_markup: Callable[[str], str]) -> str:
    """The words of the mail and of those inside it; `of_markup` takes them out of HTML."""
    with Path(path).open("rb") as file:
        letter = BytesParser(_class=EmailMessage, policy=email.policy.default).parsebytes(file.read(MOST_BYTES))
    found = [f"{name.title()}: {letter[name]}" for name in TOLD if letter[name]]
    for number, part in enumerate(letter.walk()):
        if number >= MOST_PARTS:
            break
        if name := part.get_filename():
            found.append(name)
        elif part.get_content_maintype() == "text":
            words = _said(part)
            found.append(of_markup(words) if part.get_content_subtype() == "html" else words)
    return "\n".join(found)


def _said(part: EmailMessage) -> str:
    try:
        return str(part.get_content())
    except (LookupError, ValueError):  # an encoding that there is not
        return bytes(part.get_payload(decode=True) or b"").decode("utf-8", "replace")
