"""Whatever leaves as a file is an event: who took what."""

from app.db import Database
from core.actor import Actor
from core.events import ExportMade
from core.ledger import append, wrap


def note_export(database: Database, actor: Actor, what: str, form: str, rows: int) -> None:
    """Write it down before the file goes out."""
    with database.transaction() as session:
        event = ExportMade(person_id=actor.hand.person_id, what=what[:200], form=form, rows=rows)
        append(session, [wrap(event, actor, source="export")])
