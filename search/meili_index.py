"""The index on a Meilisearch server, for companies that run one.

The cursor is a document of the same index and travels in the last batch of documents, so the server takes both or
neither; whatever was sent before that batch is waited for first. A killed writer can leave documents that are ahead of
the cursor; they are sent again.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

import orjson
from meilisearch.index import Index
from meilisearch.models.task import TaskInfo

from core.actor import Scope
from search.document import Document
from search.highlight import Highlighter
from search.hit import Suggestion, make_hit, make_suggestion
from search.index import DEEPEST, SearchResult
from search.matcher import Matcher
from search.meili_query import Searches
from search.meili_ranking import ranked
from search.meili_schema import CURSOR, FORMAT, SETTINGS, cursor, ticket
from search.meili_server import NoSuchIndex, Server, told_in_our_words
from search.query import SearchQuery, parse

BATCH = 500
"""Documents sent at once."""
PAGE = 5_000
"""Versions read at once."""


class MeiliIndex:
    """`search.index.SearchIndex` on a server that may be away: then its methods raise `core.errors.Unavailable`."""

    def __init__(self, url: str, key: str = "", *, writer: bool, name: str = "tickets") -> None:
        self._address = (url, key)
        self._server = Server(url, key)
        self._name = name
        self._uid = f"{name}-{FORMAT}"
        self._is_writer = writer
        self._is_made = False
        self._rows: dict[str, dict[str, Any]] = {}
        self._tasks: list[TaskInfo] = []

    def put(self, documents: Iterable[Document]) -> None:
        self._must_write()
        for document in documents:
            self._rows[str(document.ticket_id)] = ticket(document)
            if len(self._rows) >= BATCH:
                self._send()

    def delete(self, ticket_ids: Sequence[UUID]) -> None:
        self._must_write()
        ids = [str(one) for one in ticket_ids]
        for one in ids:
            self._rows.pop(one, None)
        if ids:
            with told_in_our_words():
                self._tasks.append(self._index().delete_documents(filter=f"id IN [{', '.join(ids)}]"))

    def commit(self, position: int) -> None:
        self._must_write()
        self._settle()
        self._rows[CURSOR] = cursor(position)
        self._send()
        self._settle()

    def replace_all(self, documents: Iterable[Document], position: int) -> None:
        """The new index is filled beside the old one, and the two change names at the end."""
        self._must_write()
        beside = MeiliIndex(*self._address, writer=True, name=f"{self._name}-new")
        beside._remove()
        beside.put(documents)
        beside.commit(position)
        with told_in_our_words():
            swap = self._server.client().swap_indexes([{"indexes": [self._uid, beside._uid]}])
        self._server.wait(swap)
        beside._remove()

    def wipe(self) -> None:
        self._must_write()
        self._rows, self._tasks = {}, []
        with told_in_our_words():
            task = self._index().delete_all_documents()
        self._server.wait(task)

    def position(self) -> int:
        found = self._kept([CURSOR], "position")
        if not found and self._is_writer:
            self._make()
        return int(found[0]["position"]) if found else 0

    def count(self) -> int:
        """Documents but for the cursor."""
        try:
            with told_in_our_words():
                held = self._index().get_stats().number_of_documents
        except NoSuchIndex:
            return 0
        return int(held) - len(self._kept([CURSOR], "id"))

    def versions(self) -> Iterator[tuple[UUID, int]]:
        offset, total = 0, self.count()
        while offset < total:
            with told_in_our_words():
                page = self._index().get_documents({"offset": offset, "limit": PAGE, "fields": ["id", "version"]})
            for row in page.results:
                if row.id != CURSOR:
                    yield UUID(row.id), int(row.version)
            offset, total = offset + PAGE, page.total

    def search(self, query: SearchQuery, scope: Scope, *, limit: int = 20, offset: int = 0) -> SearchResult:
        if offset > DEEPEST:
            return SearchResult()
        searches = Searches(self._uid, query, scope)
        if not query.wanted:
            highlighter = Highlighter(Matcher(query))
            (found,) = self._server.ask([searches.among(limit=limit, offset=offset, show=("source",))])
            documents = [Document.from_json(hit["source"]) for hit in found["hits"]]
            hits = tuple(make_hit(document, highlighter, scope) for document in documents)
            return SearchResult(hits, found["estimatedTotalHits"])
        page = ranked(self._server, searches, query, limit, offset)
        highlighter = Highlighter(Matcher(query, page.misspelt))
        kept = {row["id"]: Document.from_json(row["source"]) for row in self._kept(page.ids, "id", "source")}
        hits = tuple(make_hit(kept[one], highlighter, scope) for one in page.ids if one in kept)
        jump = next((hit.ticket_id for hit in hits[:1] if not offset and hit.number == query.number), None)
        return SearchResult(hits, page.total, page.is_exact, page.is_relaxed, jump)

    def suggest(self, text: str, scope: Scope, limit: int = 8) -> tuple[Suggestion, ...]:
        typed = parse(text)
        query = SearchQuery(wanted=typed.wanted, beginning=typed.beginning, number=typed.number)
        if not query.wanted:
            return ()
        searches = Searches(self._uid, query, scope)
        answers = self._server.ask([searches.number(("source",)), searches.titles(limit)])
        sources = dict.fromkeys(hit["source"] for answer in answers for hit in answer["hits"])
        highlighter = Highlighter(Matcher(query, [word for clause in query.wanted for word in clause]))
        return tuple(make_suggestion(Document.from_json(source), highlighter) for source in list(sources)[:limit])

    def close(self) -> None:
        """Nothing stays open between requests."""
        self._rows, self._tasks = {}, []

    def _index(self) -> Index:
        return self._server.client().index(self._uid)

    def _kept(self, ids: Sequence[str], *fields: str) -> list[dict[str, Any]]:
        """Some documents' fields, in no order; none if there is no index yet."""
        if not ids:
            return []
        try:
            with told_in_our_words():
                asked = {"ids": list(ids), "fields": list(fields), "limit": len(ids)}
                rows = self._index().get_documents(asked).results
        except NoSuchIndex:
            return []
        return [{name: getattr(row, name) for name in fields} for row in rows]

    def _send(self) -> None:
        rows, self._rows = list(self._rows.values()), {}
        with told_in_our_words():
            self._tasks.append(self._index().add_documents_json(orjson.dumps(rows), "id"))

    def _settle(self) -> None:
        """Wait for everything that was sent; if one part failed, the cursor stays where it was."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            self._server.wait(task)

    def _make(self) -> None:
        """The index with our settings, whatever was there before; settings that hold already cost the server little."""
        with told_in_our_words():
            known = {index.uid for index in self._server.client().get_indexes({"limit": 1000})["results"]}
            made = [] if self._uid in known else [self._server.client().create_index(self._uid, {"primaryKey": "id"})]
            made.append(self._index().update_settings(SETTINGS))
        for task in made:
            self._server.wait(task)
        self._is_made = True

    def _remove(self) -> None:
        with told_in_our_words():
            task = self._server.client().delete_index(self._uid)
        try:
            self._server.wait(task)
        except NoSuchIndex:
            return

    def _must_write(self) -> None:
        if not self._is_writer:
            raise RuntimeError("this index was opened for reading; open_index(settings, writer=True) writes")
        if not self._is_made:
            self._make()
