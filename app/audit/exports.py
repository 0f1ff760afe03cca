"""Whatever leaves as a file takes a right and is an event: who took what."""

from app import policy
from app.db import Database
from app.queues.house import house_of
from core.actor import Actor
from core.events import ExportMade
from core.ledger import append, wrap


def note_export(database: Database, actor: Actor, what: str, form: str, rows: int) -> None:
    """Refuse whoever may not take it, and write it down before the file goes out."""
    with database.transaction() as session:
        policy.demand_export(actor, {queue.id: queue.name for queue in house_of(session).queues.values()})
        event = ExportMade(person_id=actor.hand.person_id, what=what[:200], form=form, rows=rows)
        append(session, [wrap(event, actor, source="export")])
