"""The embedded PostgreSQL: made whole or not at all, ended with its owner, found again after a kill."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psutil
import psycopg
import pytest

from app.platform import process, programs
from app.platform.account import Account, for_postgres
from app.platform.datafolder import DataFolder, prepare
from app.platform.postgres import STOPPING, Cluster, create, ensure_database, make_private, start
from core.errors import Unavailable
from tests.databases import ROOT

STARTED_AND_KILLED = """
import os, signal, sys
from pathlib import Path
from app.platform.account import Account, for_postgres
from app.platform.datafolder import DataFolder
from app.platform.postgres import create, ensure_database, start
cluster = DataFolder(Path(sys.argv[1]), for_postgres()).cluster()
create(cluster)
print(start(cluster).pid, flush=True)
ensure_database(cluster)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def folder(open_folder: Path) -> DataFolder:
    made = DataFolder(open_folder / "data", for_postgres())
    prepare(made)
    return made


@contextmanager
def running(cluster: Cluster) -> Iterator[None]:
    create(cluster)
    server = start(cluster)
    try:
        ensure_database(cluster)
        yield
    finally:
        process.stop(server, STOPPING)


def test_what_was_written_is_there_after_a_restart(folder: DataFolder) -> None:
    cluster = folder.cluster()
    with running(cluster), psycopg.connect(cluster.url()) as connection:
        connection.execute("create table note as select 'kept' as words")
    with running(cluster), psycopg.connect(cluster.url()) as connection:
        assert connection.execute("select words from note").fetchone() == ("kept",)


def test_a_half_made_cluster_is_started_over(folder: DataFolder) -> None:
    half = folder.path / "postgres.half-1"
    half.mkdir()
    (half / "PG_VERSION").write_text("18")
    with running(folder.cluster()):
        assert not half.exists()


def test_a_killed_owner_takes_its_server_along_and_the_next_one_continues(folder: DataFolder) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", STARTED_AND_KILLED, folder.path], cwd=ROOT, capture_output=True, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    with running(folder.cluster()), psycopg.connect(folder.cluster().url()) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
        assert not psutil.pid_exists(int(killed.stdout)) or psutil.Process(int(killed.stdout)).status() == "zombie"


def test_an_orphaned_server_is_stopped_by_the_next_start(folder: DataFolder) -> None:
    cluster = folder.cluster()
    create(cluster)
    orphan = start(cluster)
    with running(cluster):
        assert orphan.wait(10) == 0


def test_a_stale_pid_file_of_another_program_is_no_obstacle(folder: DataFolder) -> None:
    cluster = folder.cluster()
    create(cluster)
    (cluster.folder / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster.folder}\n")
    with running(cluster), psycopg.connect(cluster.url()) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_a_very_long_folder_name_is_no_obstacle(open_folder: Path) -> None:
    deep = DataFolder(open_folder / ("long" * 20) / ("longer" * 20), for_postgres())
    prepare(deep)
    with running(deep.cluster()), psycopg.connect(deep.cluster().url()) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    deep.cluster().sockets.rmdir()


def test_nobody_listens_on_the_network(folder: DataFolder) -> None:
    with running(folder.cluster()), psycopg.connect(folder.cluster().url()) as connection:
        assert connection.execute("show listen_addresses").fetchone() == ("",)
        assert folder.cluster().sockets.stat().st_mode & 0o077 == 0


def test_a_folder_that_somebody_laid_out_for_us_is_refused(open_folder: Path) -> None:
    (open_folder / "trap").symlink_to("/tmp")
    with pytest.raises(Unavailable, match="belongs to somebody else"):
        make_private(open_folder / "trap", None)


def test_a_server_that_cannot_start_says_why(folder: DataFolder) -> None:
    cluster = folder.cluster()
    create(cluster)
    (cluster.folder / "PG_VERSION").write_text("9.6\n")
    with pytest.raises(Unavailable, match=r"PostgreSQL does not start: .*9\.6"):
        start(cluster)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends PostgreSQL a user of its own")
def test_programs_in_a_private_home_are_copied_to_where_they_can_run(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Account, "barred_by", lambda *_: Path("/root"))
    found = programs.folder_for(for_postgres(), open_folder)
    assert found.is_relative_to(open_folder)
    cluster = replace(DataFolder(open_folder / "data", None).cluster(), programs=found, account=for_postgres())
    prepare(DataFolder(open_folder / "data", cluster.account))
    with running(cluster), psycopg.connect(cluster.url()) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
