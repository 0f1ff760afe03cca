"""The index in process: Tantivy in the data folder. One process writes, any number read.

The cursor is a document of its own in the same commit, so documents and position cannot part. The folder's name holds
the format: a Clearqueue that keeps documents differently starts an empty index beside the old one, and the carrier,
finding position 0, fills it. A reader looks at the date of `meta.json` before each question and sees a commit at once.
"""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from uuid import UUID

import tantivy

from core.actor import ALL, Scope
from core.errors import Unavailable
from core.log import get
from search.document import Document
from search.highlight import Highlighter
from search.hit import Suggestion, make_hit, make_suggestion
from search.index import DEEPEST, SearchResult
from search.matcher import Matcher
from search.query import SearchQuery, parse
from search.tantivy_query import Plan, wall
from search.tantivy_schema import FORMAT, SCHEMA, cursor, teach, ticket
from search.tantivy_view import Views

HEAP = 48_000_000
"""Bytes that the writer fills before it spills a segment to the disk."""

log = get(__name__)


class TantivyIndex:
    """`search.index.SearchIndex` on Tantivy. A writer holds the folder's lock, which dies with its process."""

    def __init__(self, folder: Path, *, writer: bool) -> None:
        self._path = folder / f"tantivy-{FORMAT}"
        self._writer = _open_writer(self._path) if writer else None
        self._views = Views(self._path)

    def put(self, documents: Iterable[Document]) -> None:
        writer = self._writing()
        for document in documents:
            writer.delete_documents_by_term("ticket_id", str(document.ticket_id))
            writer.add_document(ticket(document))

    def delete(self, ticket_ids: Sequence[UUID]) -> None:
        writer = self._writing()
        for ticket_id in ticket_ids:
            writer.delete_documents_by_term("ticket_id", str(ticket_id))

    def commit(self, position: int) -> None:
        writer = self._writing()
        writer.delete_documents_by_term("kind", "cursor")
        writer.add_document(cursor(position))
        writer.commit()

    def replace_all(self, documents: Iterable[Document], position: int) -> None:
        writer = self._writing()
        try:
            writer.delete_all_documents()
            for document in documents:
                writer.add_document(ticket(document))
            self.commit(position)
        except BaseException:
            writer.rollback()
            raise

    def wipe(self) -> None:
        self.replace_all((), 0)

    def position(self) -> int:
        view = self._views.newest()
        return view.position() if view else 0

    def count(self) -> int:
        view = self._views.newest()
        return view.count(wall(ALL)) if view else 0

    def versions(self) -> Iterator[tuple[UUID, int]]:
        view = self._views.newest()
        return view.versions() if view else iter(())

    def search(self, query: SearchQuery, scope: Scope, *, limit: int = 20, offset: int = 0) -> SearchResult:
        view = self._views.newest()
        if view is None or offset > DEEPEST:
            return SearchResult()
        plan = Plan(query, scope, view.count)
        addresses, total = view.page(plan.whole(), query, limit, offset)
        is_relaxed = not total and len(query.wanted) > 1
        if is_relaxed:
            addresses, total = view.page(plan.whole(need=1), query, limit, offset)
        highlighter = Highlighter(Matcher(query, plan.misspelt))
        hits = tuple(make_hit(view.document(address), highlighter, scope) for address in addresses)
        jump = next((hit.ticket_id for hit in hits[:1] if not offset and hit.number == query.number), None)
        return SearchResult(hits, total, is_relaxed=is_relaxed and bool(total), jump=jump)

    def suggest(self, text: str, scope: Scope, limit: int = 8) -> tuple[Suggestion, ...]:
        view, typed = self._views.newest(), parse(text)
        query = SearchQuery(wanted=typed.wanted, beginning=typed.beginning, number=typed.number)
        if view is None or not query.wanted:
            return ()
        plan = Plan(query, scope, view.count, only_title=True)
        addresses, _ = view.page(plan.whole(), query, limit, 0)
        highlighter = Highlighter(Matcher(query, plan.misspelt))
        return tuple(make_suggestion(view.document(address), highlighter) for address in addresses)

    def close(self) -> None:
        self._writer = None

    def _writing(self) -> tantivy.IndexWriter:
        if self._writer is None:
            raise RuntimeError("this index was opened for reading; open_index(settings, writer=True) writes")
        return self._writer


def _open_writer(path: Path) -> tantivy.IndexWriter:
    """The writer on the index at `path`, made if need be. What cannot be read is thrown away: it is a cache."""
    path.mkdir(parents=True, exist_ok=True)
    try:
        index = tantivy.Index(SCHEMA, path=str(path))
    except (ValueError, OSError) as error:
        log.warning("the search index cannot be read; it is made anew", path=str(path), cause=str(error))
        shutil.rmtree(path)
        path.mkdir()
        index = tantivy.Index(SCHEMA, path=str(path))
    teach(index)
    try:
        writer = index.writer(HEAP, 1)
    except ValueError as error:
        raise Unavailable(f"Another process is writing the search index in {path}; stop it first.") from error
    for other in path.parent.glob("tantivy-*"):
        if other != path:
            shutil.rmtree(other, ignore_errors=True)
    return writer
