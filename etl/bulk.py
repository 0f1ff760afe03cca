"""The bulk door: history enters with its positions, never row by row through `event_pending`."""

from collections.abc import Sequence
from typing import Any

from psycopg import Connection

from core.ledger import Envelope
from etl.failpoint import failpoint
from etl.sequencer import BATCH, lock, move_visible, place


def append_history(connection: Connection[Any], envelopes: Sequence[Envelope]) -> int:
    """Append a batch of events that happened earlier, in the caller's READ COMMITTED transaction. Returns the newest
    position.

    Call it last before the commit: until then nobody else gets positions. What already waits in `event_pending` goes
    first, so that events of a ticket that lives and is imported at once keep the order in which they were written.
    From a SQLAlchemy session: `session.connection().connection.driver_connection`.
    """
    lock(connection)
    while move_visible(connection, BATCH) == BATCH:
        pass
    newest = place(connection, envelopes)
    failpoint("bulk.before_commit")
    return newest
