"""Every kind of event has a reader, or says why not."""

import re

import pytest

import app.tickets.commands
from analytics import models
from app.tickets.command import effect
from core.events import KINDS, Event
from etl.sinks.lake import NAMING
from etl.sinks.search import RENAMING

NO_READER = {
    "rights.granted": "the rights themselves stand in queue_right; the event is the record of who gave them",
    "queue.transitions_set": "the rules stand in the queue's row; the event is the record of who set them",
    "token.issued": "the token stands in api_token; the event is the record of who made it",
    "token.revoked": "the token's row has the end; the event is the record of who ended it",
    "file.scanned": "the content's row has its state; the event is the record of what the scanner said",
    "import.started": "the run stands in import_run; the event marks where history begins to enter",
    "import.finished": "the run's numbers stand in import_run; the event marks where history has entered",
}

assert app.tickets.commands


def readers(kind: str, event: type[Event]) -> set[str]:
    """Who does something with an event of this kind."""
    named = re.compile(rf"'{re.escape(kind)}'")
    found = {f"lake model {name}" for name in models.READS if named.search(models.text(name))}
    found |= {"ticket row"} if event in effect.registry else set()
    found |= {"lake directory"} if kind in NAMING else set()
    return found | ({"search"} if kind in RENAMING else set())


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_event_has_a_reader_or_says_why_not(kind: str) -> None:
    assert bool(readers(kind, KINDS[kind])) != (kind in NO_READER), readers(kind, KINDS[kind])


def test_no_excuse_outlives_its_kind() -> None:
    assert set(NO_READER) <= set(KINDS)
