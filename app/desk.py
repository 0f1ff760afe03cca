"""What the web process holds while it runs; `request.app.state.desk`."""

from dataclasses import dataclass
from functools import cached_property

from app.db import Database
from app.identity.doorkeeper import Doorkeeper
from core.settings import Settings


@dataclass
class Desk:
    """The database, the doorkeeper and the settings of one process."""

    settings: Settings
    database: Database

    @cached_property
    def doorkeeper(self) -> Doorkeeper:
        """Who is at the door."""
        return Doorkeeper(self.database)

    def close(self) -> None:
        """Let go of everything."""
        self.database.close()
