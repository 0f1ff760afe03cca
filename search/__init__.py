"""The search index and what may be asked of it: `open_index(settings)`, then `index.search(parse(text), scope)`."""

from search.document import Document
from search.hit import Hit, Suggestion
from search.index import SearchIndex, SearchResult
from search.open import open_index
from search.query import SearchQuery, parse

__all__ = ["Document", "Hit", "SearchIndex", "SearchQuery", "SearchResult", "Suggestion", "open_index", "parse"]
