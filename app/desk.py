"""What the web process holds while it runs; `request.app.state.desk`."""

from dataclasses import dataclass
from functools import cached_property

from analytics.lake import Lake, open_reader
from app.db import Database
from app.identity.doorkeeper import Doorkeeper
from core.settings import Settings
from etl.sinks.live import Live
from search.index import SearchIndex
from search.open import open_index


@dataclass
class Desk:
    """The settings, the database, the doorkeeper, the search index, the lake and the listener of one process."""

    settings: Settings
    database: Database

    @cached_property
    def doorkeeper(self) -> Doorkeeper:
        """Who is at the door."""
        return Doorkeeper(self.database)

    @cached_property
    def index(self) -> SearchIndex:
        """The search index, opened for reading when somebody first asks."""
        return open_index(self.settings)

    @cached_property
    def lake(self) -> Lake:
        """The lake, opened for reading when somebody first asks; `Unavailable` while there is none."""
        return open_reader(self.settings)

    @cached_property
    def live(self) -> Live:
        """Who listens to the ledger for this process's streams and pages; begins with the first of them."""
        return Live(self.settings.database_url)

    def close(self) -> None:
        """Let go of everything."""
        if "live" in self.__dict__:
            self.live.stop()
        if "lake" in self.__dict__:
            self.lake.close()
        if "index" in self.__dict__:
            self.index.close()
        self.database.close()
