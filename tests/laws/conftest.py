"""A platform that has seen some life, and copies of it that a test may damage."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from app.platform.postgres import Cluster
from core.settings import Settings
from tests.databases import cloned
from tests.etl.company import Company, carry_all


@pytest.fixture(scope="module")
def lived_in(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Twenty tickets with their lives, in the ledger, the lake and the index. Not to be changed."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("platform"), database_url=module_database_url)
    company = Company(settings)
    company.work(tickets=20)
    company.close()
    carry_all(settings)
    return settings


@pytest.fixture
def copy(lived_in: Settings, cluster: Cluster, tmp_path: Path) -> Iterator[Settings]:
    """A copy of the lived-in platform to damage: its own database, index and lake catalogue, the same Parquet files."""
    shutil.copytree(lived_in.data_dir, tmp_path / "data")
    with cloned(cluster, template=str(conninfo_to_dict(lived_in.database_url)["dbname"])) as url:
        yield Settings(data_dir=tmp_path / "data", database_url=url, lake_data_path=lived_in.lake_path)
