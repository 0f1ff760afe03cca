"""What the web process holds while it runs; `request.app.state.desk`."""

from dataclasses import dataclass
from functools import cached_property

from app.db import Database
from app.identity.doorkeeper import Doorkeeper
from core.settings import Settings
from search.index import SearchIndex
from search.open import open_index


@dataclass
class Desk:
    """The settings, the database, the doorkeeper and the search index of one process."""

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

    def close(self) -> None:
        """Let go of everything."""
        if "index" in self.__dict__:
            self.index.close()
        self.database.close()
