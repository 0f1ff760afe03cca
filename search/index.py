"""What a search engine must do for us. Two do, Tantivy in process and a Meilisearch server, under one contract suite.

Documents and the ledger position that they stand for change together: whoever resumes at `position()` loses nothing.
Every question carries the asker's `Scope`. What lies outside it, and internal notes for those who may not read them,
has no influence on hits, order, totals, highlights or suggestions.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from core.actor import Scope
from search.document import Document
from search.hit import Hit, Suggestion
from search.query import SearchQuery

DEEPEST = 10_000
"""No page starts behind this hit; refine the question instead."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A page of hits and how many there are in all."""

    hits: tuple[Hit, ...] = ()
    total: int = 0
    total_is_exact: bool = True
    """False when an engine stopped counting: then there are at least `total`."""
    is_relaxed: bool = False
    """True when no ticket had enough of the words, and these have some."""
    jump: UUID | None = None
    """The ticket whose number was asked for."""


class SearchIndex(Protocol):
    """An open index. One process writes (`etl`); any number read, each from its own threads."""

    def put(self, documents: Iterable[Document]) -> None:
        """Add documents or replace those of the same tickets, with the next `commit`."""
        ...

    def delete(self, ticket_ids: Sequence[UUID]) -> None:
        """Take tickets out, with the next `commit`; unknown ones are no error."""
        ...

    def commit(self, position: int) -> None:
        """Show what was put and deleted, and move the cursor to `position`, all or nothing."""
        ...

    def replace_all(self, documents: Iterable[Document], position: int) -> None:
        """Hold exactly `documents` at `position`. Until that is done, readers find the old ones."""
        ...

    def wipe(self) -> None:
        """Empty the index at once: nothing is found and `position()` is 0."""
        ...

    def position(self) -> int:
        """The ledger position that the documents stand for; 0 when the index is empty or new."""
        ...

    def search(self, query: SearchQuery, scope: Scope, *, limit: int = 20, offset: int = 0) -> SearchResult:
        """The hits that `scope` covers, best first; the newest first among equals and where nothing ranks."""
        ...

    def suggest(self, text: str, scope: Scope, limit: int = 8) -> tuple[Suggestion, ...]:
        """Tickets that somebody who has typed this much may mean: by number, or by the words of the title."""
        ...

    def count(self) -> int:
        """How many tickets the index holds."""
        ...

    def versions(self) -> Iterator[tuple[UUID, int]]:
        """Every ticket with its version, in no order: what `verify` compares with Postgres."""
        ...

    def close(self) -> None:
        """Let go of files, locks and connections. What was not committed is lost."""
        ...
