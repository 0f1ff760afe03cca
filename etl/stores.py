"""The stores that follow the ledger, and how each is opened for writing."""

from etl.carrier import Sinks
from etl.sinks.lake import LakeSink
from etl.sinks.search import SearchSink

SINKS: Sinks = {"lake": LakeSink, "search": SearchSink}
