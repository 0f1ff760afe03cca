"""Fixtures of the API's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.house import ApiHouse, api_house


@pytest.fixture(scope="module")
def house(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiHouse]:
    """One API and one world for the tests of a module."""
    folder: Path = tmp_path_factory.mktemp("data")
    with api_house(module_database_url, folder) as made:
        yield made
