"""Fixtures of the desk's tests."""

from collections.abc import Iterator

import pytest

from tests.web.office import Office, office_in


@pytest.fixture(scope="module")
def office(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One application and one world for the tests of a module."""
    with office_in(module_database_url, tmp_path_factory.mktemp("data")) as made:
        yield made
