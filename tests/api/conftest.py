"""Fixtures of the API's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from app.identity import password
from tests.api.house import ApiHouse, api_house


@pytest.fixture(scope="module")
def house(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiHouse]:
    """One API and one world for the tests of a module."""
    folder: Path = tmp_path_factory.mktemp("data")
    with api_house(module_database_url, folder) as made:
        yield made


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same hash with a hundredth of the work; test_identity.py looks at how much work it really is."""
    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(password, "_hasher", quick)
    nobody = quick.hash("nobody")
    monkeypatch.setattr(password, "_nobody", lambda: nobody)
