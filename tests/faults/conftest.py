"""A platform whose processes get killed, over and over, by one test after the other."""

import socket
from collections.abc import Iterator

import pytest

from core.settings import Settings
from tests.etl.company import Company


@pytest.fixture(scope="module")
def battered(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a platform that all tests of a module share: what one fault leaves behind, the next one meets."""
    folder = tmp_path_factory.mktemp("platform")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return Settings(data_dir=folder, database_url=module_database_url, secret_key="k" * 32, port=port, log_json=True)


@pytest.fixture(scope="module")
def company(battered: Settings) -> Iterator[Company]:
    """Who works there, whatever happens."""
    at_work = Company(battered)
    yield at_work
    at_work.close()
