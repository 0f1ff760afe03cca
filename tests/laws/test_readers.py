"""Every kind of event has a reader, or is a record for people."""

import re

import pytest

import app.tickets.commands
from analytics import models
from analytics.business_time import LAID_OUT
from app.tickets.command import effect
from core.events import KINDS, Event
from etl.sinks.lake import NAMING
from etl.sinks.search import RENAMING

FOR_PEOPLE = (
    "heartbeat",
    "rights.", "queue.transitions_set", "token.", "session.", "view_as.", "password.", "export.", "view.", "macro.",
    "canned_reply.", "bulk.", "field.", "file.scanned", "import.", "preferences.",
    "calendar.restatement", "calendar.holiday", "timer.", "alert.",
)  # fmt: skip
"""Records of who did what, read under Audit: the effect stands in a row of its own, and no store follows them."""

assert app.tickets.commands


def readers(kind: str, event: type[Event]) -> set[str]:
    """Who does something with an event of this kind."""
    named = re.compile(rf"'{re.escape(kind)}'")
    found = {f"lake model {name}" for name in (*models.READS, *models.OF_THE_HOUSE) if named.search(models.text(name))}
    found |= {"ticket row"} if any(of in effect.registry for of in event.__mro__ if of is not object) else set()
    found |= {"lake directory"} if kind in NAMING else set()
    found |= {"lake calendars"} if kind in LAID_OUT else set()
    return found | ({"search"} if kind in RENAMING else set())


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_event_has_a_reader_or_is_a_record_for_people(kind: str) -> None:
    assert bool(readers(kind, KINDS[kind])) != kind.startswith(FOR_PEOPLE), readers(kind, KINDS[kind])


def test_no_excuse_outlives_its_kinds() -> None:
    assert [words for words in FOR_PEOPLE if not any(kind.startswith(words) for kind in KINDS)] == []
