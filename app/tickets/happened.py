"""What came of a command on one ticket: its events, and the rows that are written with them."""

from app.writes import Write
from core.ledger import Envelope


class Happened(list[Envelope]):
    """Events in their order. `beside` are statements for the same trip to Postgres: clocks and their timer."""

    def __init__(self) -> None:
        super().__init__()
        self.beside: list[Write] = []

    def keep_beside(self, *writes: Write | None) -> None:
        """Send these along."""
        self.beside += [write for write in writes if write is not None]
