"""Fixtures of the tests about files: an API with a world in it, and both stores."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer
from obstore.store import S3Store  # noqa: F401 — fails early, with its own words, where obstore is broken

from app.files.bucket import Bucket
from app.files.folder import Folder
from app.files.store import Store, open_store
from core.settings import Settings
from tests.api.house import ApiHouse, api_house


@pytest.fixture(scope="module")
def house(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiHouse]:
    """One API and one world for the tests of a module; its files are in a folder."""
    folder: Path = tmp_path_factory.mktemp("data")
    with api_house(module_database_url, folder) as made:
        yield made


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """A real S3 API (moto's server) with an empty bucket `files`: its address."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    import httpx

    httpx.put(
        f"http://{host}:{port}/files", headers={"authorization": "AWS4-HMAC-SHA256 Credential=k/x/us-east-1/s3/x"}
    )
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """Each store in turn."""
    if request.param == "folder":
        made = open_store(Settings(data_dir=tmp_path))
        assert isinstance(made, Folder)
        return made
    made = open_store(in_bucket(request.getfixturevalue("s3"), tmp_path))
    assert isinstance(made, Bucket)
    return made


def in_bucket(address: str, folder: Path) -> Settings:
    """Settings that keep files in the bucket, below a prefix of the test's own."""
    return Settings(
        data_dir=folder,
        files=f"s3://files/{folder.name}",
        files_endpoint=address,
        files_key_id="k",
        files_key_secret="s",
    )
