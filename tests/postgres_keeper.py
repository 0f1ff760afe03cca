"""Keeps one PostgreSQL for a whole test run: started by the first worker, gone after the last, however it ended.

`python -m tests.postgres_keeper FOLDER`. Every user holds a shared lock on FOLDER/users; when the keeper gets
that lock for itself nobody is left, so it stops the server and removes the folder.
"""

import fcntl
import shutil
import signal
import sys
from contextlib import closing
from pathlib import Path

import psycopg

from analytics.lake import open_writer
from app.db import Database
from app.migrations import upgrade
from app.platform import account, postgres, process, programs
from core.settings import Settings
from tests.world import World

TEMPLATE = "clearqueue_template"
LAKE = "clearqueue_lake"
WORLD = "clearqueue_world"


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
    """Three migrated databases to clone: an empty one, one with an empty lake, and one with the tests' world as well.

    Nobody connects to them any more, so any number can clone them at once.
    """
    postgres.ensure_database(cluster, TEMPLATE)
    upgrade(cluster.url(TEMPLATE))
    with psycopg.connect(cluster.url("postgres", postgres.SUPERUSER), autocommit=True) as connection:
        connection.execute(f"create database {LAKE} template {TEMPLATE} owner {postgres.OWNER}")
        open_writer(Settings(data_dir=cluster.log.parent / "lake", database_url=cluster.url(LAKE))).close()
        connection.execute(f"create database {WORLD} template {LAKE} owner {postgres.OWNER}")
        with closing(Database(cluster.url(WORLD))) as database, database.transaction() as session:
            World(session)
        for name in (TEMPLATE, LAKE, WORLD):
            connection.execute(f"alter database {name} with is_template true allow_connections false")


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
