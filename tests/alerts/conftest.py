"""Colleagues with numbers to be told of: a lake with a busy Tuesday in Billing and an open ticket in Technical."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col

from analytics.lake import open_reader
from app.alerts.row import Alert, AlertNotice
from app.alerts.watching import look
from core import clock
from tests.api.house import ApiHouse, api_house
from tests.etl.company import carry_all
from tests.world import at

ABOVE_TWO = {"kind": "threshold", "side": "above", "limit": 2}


class Watch(ApiHouse):
    """Tickets in Billing: one on Monday, four on Tuesday from ten to eleven, of which two are solved at noon."""

    def fill(self) -> None:
        """The tickets, and the lake."""
        with self.database.transaction() as session:
            self.world.session = session
            self.world.ticket(opened="mon 9:00")
            for minute in (0, 10, 20, 30):
                solved = {"solved": f"tue 12:0{minute // 10}"} if minute < 20 else {}
                self.world.ticket(opened=f"tue 10:{minute:02}", **solved)
            self.world.ticket(opened="tue 10:00", queue="technical")
        carry_all(self.settings)

    def alert(self, who: str = "ana", **wish: Any) -> UUID:
        """An alert of somebody's, over HTTP."""
        asked = {"name": "Too many", "metric": "backlog", "condition": ABOVE_TWO, **wish}
        answer = getattr(self, who).post("/api/v1/alerts", json=asked)
        assert answer.status_code == 201, answer.text
        return UUID(answer.json()["id"])

    def look(self, alert_id: UUID, when: str | datetime, *, blind: bool = False) -> None:
        """One look at a stated time."""
        with clock.at(at(when)), open_reader(self.settings) as lake, self.database.transaction() as session:
            look(session, alert_id, None if blind else lake)

    def told(self, alert_id: UUID) -> list[str]:
        """What its owner was told, in order."""
        with self.database.reading() as session:
            query = sa.select(col(AlertNotice.what)).where(col(AlertNotice.alert_id) == alert_id)
            return list(session.execute(query.order_by(col(AlertNotice.created_at))).scalars())

    def row(self, alert_id: UUID) -> Alert:
        """The alert as it is kept."""
        with self.database.reading() as session:
            return session.get_one(Alert, alert_id)


@pytest.fixture(scope="module")
def house(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    with clock.at(at("wed 9:00")), api_house(module_database_url, tmp_path_factory.mktemp("watch"), Watch) as made:
        made.fill()
        yield made
