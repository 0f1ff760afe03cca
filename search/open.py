"""The door to search: the index that the settings name."""

from core.settings import Settings
from search.index import SearchIndex


def open_index(settings: Settings, *, writer: bool = False) -> SearchIndex:
    """The index, to read or (in the one process that carries the ledger) to write; imports the chosen engine only."""
    if settings.search_engine == "meilisearch":
        from search.meili_index import MeiliIndex

        return MeiliIndex(settings.meilisearch_url, settings.meilisearch_key, writer=writer)
    from search.tantivy_index import TantivyIndex

    return TantivyIndex(settings.search_path, writer=writer)
