"""Databases for tests: one real PostgreSQL a run, a migrated template in it, a clone for whoever asks."""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg

from app.platform.postgres import SUPERUSER, Cluster
from tests.postgres_keeper import TEMPLATE, cluster_in

ROOT = Path(__file__).parents[1]
_numbers = count(1)


@contextmanager
def shared_cluster(run_id: str) -> Iterator[Cluster]:
    """The cluster that all workers of one test run share, alive for as long as anyone holds it."""
    folder = Path(tempfile.gettempdir()) / f"clearqueue-tests-{os.getuid()}-{run_id}"
    folder.mkdir(mode=0o711, exist_ok=True)
    with (folder / "users").open("w") as users, (folder / "starting").open("w") as starting:
        fcntl.flock(users, fcntl.LOCK_SH)
        fcntl.flock(starting, fcntl.LOCK_EX)
        if not (folder / "ready").exists():
            _start_keeper(folder)
        fcntl.flock(starting, fcntl.LOCK_UN)
        yield cluster_in(folder)


@contextmanager
def cloned(cluster: Cluster, template: str = TEMPLATE) -> Iterator[str]:
    """The address of a copy of a database nobody is in (about 50 ms), empty and migrated if not another is named."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(cluster.url("postgres", SUPERUSER), autocommit=True) as connection:
        connection.execute(f"create database {name} template {template} owner clearqueue")
        try:
            yield cluster.url(name)
        finally:
            connection.execute(f"drop database {name} with (force)")


@contextmanager
def reachable_folder() -> Iterator[Path]:
    """A folder that other system users can reach too (pytest's own is closed to PostgreSQL's user)."""
    folder = Path(tempfile.mkdtemp(prefix="clearqueue-test-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _start_keeper(folder: Path) -> None:
    with (folder / "keeper.log").open("w") as log:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.postgres_keeper", folder],
            cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    while not (folder / "ready").exists():
        if keeper.poll() is not None:
            raise RuntimeError(f"no test database:\n{(folder / 'keeper.log').read_text()}")
        time.sleep(0.02)
    keeper.returncode = 0  # it outlives us on purpose: do not warn about it
