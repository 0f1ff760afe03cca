"""What a reader of the Tantivy index sees: one commit, the same until a newer one is there."""

import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import tantivy
from tantivy import DocAddress, Order, Query

from core.actor import ALL
from core.errors import Unavailable
from search.document import Document
from search.query import SearchQuery, Sort
from search.tantivy_query import wall
from search.tantivy_schema import IDENTITY, SCHEMA

ORDERS = {
    Sort.BEST: ("updated_key", Order.Desc),
    Sort.NEWEST: ("updated_key", Order.Desc),
    Sort.OLDEST: ("updated_key", Order.Asc),
    Sort.CREATED: ("created_key", Order.Desc),
}
EQUAL = 0.001
"""Scores that lie closer are equal: the order in which Tantivy adds them up depends on its segments."""
MORE = 50
MOST = 2_000
"""How many further hits are looked at to put equal ones in order; beyond that their order is the engine's."""

Stamp = tuple[int, int, int]


class View:
    """One commit."""

    def __init__(self, searcher: tantivy.Searcher) -> None:
        self._searcher = searcher

    def count(self, query: Query) -> int:
        """How many documents `query` finds."""
        return int(self._searcher.search(query, 1).count)

    def document(self, address: DocAddress) -> Document:
        """The ticket at an address."""
        return Document.from_json(bytes(self._searcher.doc(address)["source"][0]))

    def page(self, found: Query, asked: SearchQuery, limit: int, offset: int) -> tuple[list[DocAddress], int]:
        """The addresses of a page of what `found` finds, in the order that was `asked` for, and the total."""
        if asked.is_ranked:
            return self._best(found, limit, offset)
        field, order = ORDERS[asked.sort]
        result = self._searcher.search(found, limit, order_by_field=field, order=order, offset=offset)
        return [address for _, address in result.hits], int(result.count)

    def _best(self, found: Query, limit: int, offset: int) -> tuple[list[DocAddress], int]:
        """By score, and among equals the newest first: hits beyond the page that equal its last are fetched too."""
        wanted, fetched = offset + limit, offset + limit + MORE
        while True:
            result = self._searcher.search(found, fetched, weight_by_field="weight")
            hits = result.hits
            is_settled = len(hits) < fetched or hits[wanted - 1][0] - hits[-1][0] > EQUAL
            if is_settled or fetched > wanted + MOST:
                break
            fetched += 10 * MORE
        addresses = [address for _, address in hits]
        keys = self._searcher.fast_field_values("updated_key", addresses)
        ranked = sorted(zip(hits, keys, strict=True), key=lambda pair: (-round(pair[0][0] / EQUAL), -(pair[1] or 0)))
        return [hit[1] for hit, _ in ranked[offset:wanted]], int(result.count)

    def position(self) -> int:
        """The ledger position that was committed with these documents."""
        hits = self._searcher.search(Query.term_query(SCHEMA, "kind", "cursor"), 1).hits
        return int(self._searcher.doc(hits[0][1])["cursor"][0]) if hits else 0

    def versions(self) -> Iterator[tuple[UUID, int]]:
        """Every ticket's id and version, read from columns: no document is unpacked."""
        everything = self._searcher.search(wall(ALL), max(self._searcher.num_docs, 1), count=False)
        addresses = [address for _, address in everything.hits]
        columns = [self._searcher.fast_field_values(name, addresses) for name in IDENTITY]
        for high, low, version in zip(*columns, strict=True):
            yield UUID(int=(int(high) + 2**63 << 64) + int(low) + 2**63), int(version)


class Views:
    """The door to the newest commit in a folder, for the threads of one process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._index: tantivy.Index | None = None
        self._stamp: Stamp | None = None
        self._view: View | None = None

    def newest(self) -> View | None:
        """The newest commit; None before there is an index. A look at a file's date costs microseconds."""
        stamp = self._seen()
        if stamp != self._stamp:
            with self._lock:
                if stamp != self._stamp:
                    self._view = self._open() if stamp else None
                    self._stamp = stamp
        return self._view

    def _seen(self) -> Stamp | None:
        try:
            found = (self._path / "meta.json").stat()
        except FileNotFoundError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def _open(self) -> View:
        try:
            if self._index is None:
                index = tantivy.Index.open(str(self._path))
                index.config_reader("manual")
                self._index = index
            self._index.reload()
            return View(self._index.searcher())
        except (ValueError, OSError) as error:
            self._index = None
            raise Unavailable("The search index cannot be read just now; try again in a moment.") from error
