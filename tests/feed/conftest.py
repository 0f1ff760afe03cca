"""An API whose events get their positions, as the etl process gives them."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from etl import sequencer
from tests.api.house import ApiHouse, api_house


class TellingHouse(ApiHouse):
    """The API's house; `tell()` gives all that happened its position."""

    def tell(self) -> None:
        with psycopg.connect(self.settings.database_url, autocommit=True) as connection:
            while sequencer.move(connection):
                pass


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[ApiHouse]:
    """One API and one world a test: positions begin anew."""
    with api_house(database_url, tmp_path, TellingHouse) as made:
        yield made
