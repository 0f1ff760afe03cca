"""Keeps one PostgreSQL for a whole test run: started by the first worker, gone after the last, however it ended.

`python -m tests.postgres_keeper FOLDER`. Every user holds a shared lock on FOLDER/users; when the keeper gets
that lock for itself nobody is left, so it stops the server and removes the folder.
"""

import fcntl
import shutil
import signal
import sys
from pathlib import Path

import psycopg

from app.migrations import upgrade
from app.platform import account, postgres, process, programs

TEMPLATE = "clearqueue_template"


def cluster_in(folder: Path) -> postgres.Cluster:
    """The test cluster of a run's folder: without fsync, so not for data that anyone wants to keep."""
    user = account.for_postgres()
    return postgres.Cluster(
        folder=folder / "postgres",
        sockets=folder / "run",
        log=folder / "log",
        programs=programs.folder_for(user, folder),
        account=user,
        durable=False,
    )


def make_template(cluster: postgres.Cluster) -> None:
    """A migrated, closed database to clone; nobody connects to it, so any number can clone it at once."""
    postgres.ensure_database(cluster, TEMPLATE)
    upgrade(cluster.url(TEMPLATE))
    with psycopg.connect(cluster.url("postgres", postgres.SUPERUSER), autocommit=True) as connection:
        connection.execute(f"alter database {TEMPLATE} with is_template true allow_connections false")


def main(folder: Path) -> None:
    """Start, say so by the file `ready` (or `failed`), wait for the last user, tidy up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cluster = cluster_in(folder)
    postgres.create(cluster)
    server = postgres.start(cluster)
    try:
        make_template(cluster)
        (folder / "ready").touch()
        with (folder / "users").open("w") as users:
            fcntl.flock(users, fcntl.LOCK_EX)
    finally:
        process.stop(server, postgres.STOPPING)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
