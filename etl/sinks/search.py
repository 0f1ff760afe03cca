"""The search index as a follower of the ledger.

Events carry no text, so the sink looks up the tickets that a batch touched in the view `ticket_document`. Its rows may
be newer than the batch; the batches to come then find nothing more to change.
"""

from collections.abc import Collection, Generator, Sequence
from contextlib import closing
from uuid import UUID

from psycopg.rows import dict_row

from core import log
from core.ledger import Entry
from core.settings import Settings
from core.upcasters import current_payload
from etl.connection import connect
from etl.failpoint import failpoint
from etl.sequencer import head
from etl.sinks.sink import Progress
from search import Document, open_index

CHANNEL = "clearqueue_search"
"""The NOTIFY channel on which search tells the newest position that can be found in it."""

FETCHED_AT_ONCE = 500
"""Rows that a rebuild holds in memory; a row has all of a ticket's messages."""

WITH_FILES = """
    ticket_id in (
        select message.ticket_id
        from attachment
        join message on message.id = attachment.message_id
        where attachment.id = any(%(ids)s)
    )
"""
RENAMING = {
    "person.defined": ("person_id", "agent_id = any(%(ids)s) or requester_id = any(%(ids)s)"),
    "organisation.defined": ("organisation_id", "organisation_id = any(%(ids)s)"),
    "file.read": ("attachment_id", WITH_FILES),
    "state.defined": ("state_id", "ticket_id in (select id from ticket where state_id = any(%(ids)s))"),
}
"""Events of configuration that change words in documents: where the event has the id, and which tickets show it."""

MERGED_INTO = """
    with recursive above as (
        select merged_into_id as id from ticket where id = any(%(ids)s) and merged_into_id is not null
        union
        select ticket.merged_into_id from ticket join above on ticket.id = above.id where merged_into_id is not null
    )
    select id from above
"""
"""The tickets that show what others say."""

logger = log.get(__name__)


class SearchSink:
    """The one writer of the search index. Whoever makes one holds the writer lock."""

    name = "search"

    def __init__(self, settings: Settings) -> None:
        self._index = open_index(settings, writer=True)
        self._database = connect(settings.database_url, "search sink")
        self._held = self._index.position()

    def position(self) -> int:
        """The position up to which the index holds what the ledger tells; 0 in an empty one."""
        return self._index.position()

    def is_of_today(self) -> bool:
        """Always: an index of another format opens empty."""
        return True

    def write(self, entries: Sequence[Entry]) -> None:
        """Index the tickets that `entries` touched as they are now; latecomers among them do no harm."""
        held = self._index.position()
        if held < self._held:
            logger.warning("the search index lost its content and is filled anew", position=held, before=self._held)
            self.rebuild(lambda _done, _total: None)
            return
        touched = self._touched(entries)
        documents = self._documents(touched)
        self._index.put(documents)
        self._index.delete(sorted(touched - {document.ticket_id for document in documents}))
        failpoint("search.before_commit")
        self._commit(max(held, entries[-1].position))

    def wipe(self) -> None:
        """Empty the index."""
        self._index.wipe()
        self._held = 0

    def rebuild(self, progress: Progress) -> None:
        """Index every ticket; readers keep the old index until the new one is whole.

        PostgreSQL first counts what there is: after an import it knows nothing, and would plan loops.
        """
        self._database.execute("analyze ticket, message, person")
        newest, _ = head(self._database)
        with closing(self._everything(progress)) as documents:
            self._index.replace_all(documents, newest)
        self._tell(newest)

    def maintain(self) -> None:
        """Nothing to do: both engines merge their segments on their own."""

    def close(self) -> None:
        """Let go of the index and the connection."""
        self._index.close()
        self._database.close()

    def _commit(self, position: int) -> None:
        self._index.commit(position)
        failpoint("search.after_commit")
        self._tell(position)

    def _tell(self, position: int) -> None:
        self._held = position
        self._database.execute("select pg_notify(%s, %s)", (CHANNEL, str(position)))

    def _touched(self, entries: Sequence[Entry]) -> set[UUID]:
        """The tickets of the entries, those that show a name which an entry changed, and those merged into."""
        touched = {entry.ticket_id for entry in entries if entry.ticket_id}
        for kind, (field, condition) in RENAMING.items():
            changed = [entry for entry in entries if entry.kind == kind]
            ids = [UUID(current_payload(kind, one.schema_version, one.payload)[field]) for one in changed]
            if ids:
                rows = self._database.execute(f"select ticket_id from ticket_document where {condition}", {"ids": ids})
                touched.update(row[0] for row in rows)
        return touched | {row[0] for row in self._database.execute(MERGED_INTO, {"ids": list(touched)})}

    def _documents(self, ticket_ids: Collection[UUID]) -> list[Document]:
        with self._database.cursor(row_factory=dict_row) as cursor:
            cursor.execute("select * from ticket_document where ticket_id = any(%s)", (list(ticket_ids),))
            return [Document.from_row(row) for row in cursor]

    def _everything(self, progress: Progress) -> Generator[Document, None, None]:
        """All tickets, a few at a time, in a transaction that ends with the last one (not with the index's commit)."""
        counted = self._database.execute("select count(*) from ticket").fetchone()
        total = int(counted[0]) if counted else 0
        with self._database.transaction(), self._database.cursor("tickets", row_factory=dict_row) as cursor:
            cursor.itersize = FETCHED_AT_ONCE
            cursor.execute("select * from ticket_document")
            for done, row in enumerate(cursor, start=1):
                yield Document.from_row(row)
                if done % FETCHED_AT_ONCE == 0 or done == total:
                    progress(done, total)
