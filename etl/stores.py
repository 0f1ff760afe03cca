"""The stores that follow the ledger, and how each is opened for writing."""

from core.settings import Settings
from etl.carrier import Sinks
from etl.connection import connect
from etl.sinks.lake import LakeSink
from etl.sinks.search import SearchSink
from search import open_index


def _search(settings: Settings) -> SearchSink:
    return SearchSink(open_index(settings, writer=True), connect(settings.database_url, "search sink"))


SINKS: Sinks = {"lake": LakeSink, "search": _search}
