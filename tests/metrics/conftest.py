"""A platform with some tickets in its lake, and colleagues who ask it over HTTP."""

from collections.abc import Iterator

import pytest

from app.tickets.ticket import Ticket
from core import clock
from tests.api.house import ApiHouse, api_house
from tests.etl.company import carry_all
from tests.world import at


class Office:
    """An API whose lake holds four tickets: three in Billing, one of them spam, and one in Technical."""

    def __init__(self, house: ApiHouse) -> None:
        self.house = house
        self.settings = house.settings
        world = house.world
        with house.database.transaction() as session:
            world.session = session
            self.invoice: Ticket = world.ticket(
                opened="mon 9:00", title="Invoice wrong", assigned="mon 9:05", replied="mon 9:20", solved="tue 10:00"
            )
            world.ticket(opened="mon 12:00", title="=cmd|' /C calc'!A0", priority=4)
            world.ticket(opened="mon 12:30", title="Win a prize", spam="mon 12:40")
            world.ticket(opened="tue 8:00", title="Router down", queue="technical", replied="tue 8:30")
        carry_all(self.settings)

    def get(self, who: str, path: str, **params: object) -> object:
        """The JSON that somebody gets."""
        answer = getattr(self.house, who).get(f"/api/v1/metrics{path}", params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def analysis(self, who: str, path: str, status: int = 200, **params: object) -> object:
        """The JSON that an analysis answers somebody with."""
        answer = getattr(self.house, who).get(f"/api/v1/analysis{path}", params=params)
        assert answer.status_code == status, answer.text
        return answer.json()

    def refused(self, who: str, path: str, **params: object) -> tuple[int, str]:
        """The status and the sentence of a refusal."""
        answer = getattr(self.house, who).get(f"/api/v1/metrics{path}", params=params)
        return answer.status_code, answer.json()["detail"]


@pytest.fixture(scope="module")
def office(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with clock.at(at("week 2 mon 9:00")), api_house(module_database_url, tmp_path_factory.mktemp("office")) as house:
        yield Office(house)
