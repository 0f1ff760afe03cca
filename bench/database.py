"""A PostgreSQL for measurements: the embedded one, with everything that makes it durable switched on."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.migrations import upgrade
from app.platform import account, postgres, process, programs


@contextmanager
def durable_database() -> Iterator[str]:
    """The address of a migrated database on disk (fsync and synchronous commit on), gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="clearqueue-bench-"))
    folder.chmod(0o711)
    try:
        with database_in(folder) as url:
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def database_in(folder: Path) -> Iterator[str]:
    """The address of a migrated database that stays in `folder`, running for the length of a `with` block."""
    user = account.for_postgres()
    cluster = postgres.Cluster(
        folder=folder / "postgres",
        sockets=folder / "run",
        log=folder / "log",
        programs=programs.folder_for(user, folder),
        account=user,
    )
    postgres.create(cluster)
    server = postgres.start(cluster)
    try:
        postgres.ensure_database(cluster)
        upgrade(cluster.url())
        yield cluster.url()
    finally:
        process.stop(server, postgres.STOPPING)
