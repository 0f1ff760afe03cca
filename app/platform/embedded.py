"""Reaching the database: the operator's own, the running platform's, or one started for the length of a command."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg

from app.platform import datafolder, postgres, process, secret
from app.platform.datafolder import DataFolder
from core.errors import Unavailable
from core.settings import Settings


@contextmanager
def database(settings: Settings, doing: str) -> Iterator[Settings]:
    """Settings with a `database_url` that answers. `doing` names the command to others who want the folder."""
    if settings.database_url:
        yield reachable(settings)
        return
    folder = datafolder.locate(settings)
    if not folder.is_filled:
        raise datafolder.FolderUnusable(
            f"There is no Clearqueue data in {folder.path}: begin with `clearqueue up`, or say where it is with --data."
        )
    busy = datafolder.holder(folder)
    if busy is None:
        with datafolder.held(folder, doing) as publish, running(folder) as url:
            publish("", url)
            yield at_home(settings, folder, url)
    elif busy.doing == "up" and busy.database_url:
        yield reachable(at_home(settings, folder, busy.database_url))
    else:
        raise datafolder.in_use(folder, busy)


def for_service(settings: Settings) -> Settings:
    """Settings of a process that serves beside others: its database must be up already."""
    if settings.database_url:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        return reachable(at_home(settings, DataFolder(settings.data_dir.resolve(), None), settings.database_url))
    folder = datafolder.locate(settings)
    by = datafolder.holder(folder)
    if by is None or not by.database_url:
        raise Unavailable(
            "No database is running: set CLEARQUEUE_DATABASE_URL, or start the whole platform with `clearqueue up`."
        )
    return reachable(_at(by.address, at_home(settings, folder, by.database_url)))


@contextmanager
def running(folder: DataFolder) -> Iterator[str]:
    """The folder's PostgreSQL, running for the length of a `with` block: yields the address of our database."""
    cluster = folder.cluster()
    server = postgres.start(cluster)
    try:
        postgres.ensure_database(cluster)
        yield cluster.url()
    finally:
        process.stop(server, postgres.STOPPING)


def at_home(settings: Settings, folder: DataFolder, database_url: str) -> Settings:
    """The settings with all that the embedded platform fills in by itself."""
    key = settings.secret_key or secret.key_file(folder.path).read_text()
    return settings.model_copy(update={"data_dir": folder.path, "database_url": database_url, "secret_key": key})


def _at(address: str, settings: Settings) -> Settings:
    """The settings with the host and port at which the running platform really listens."""
    where = urlsplit(address)
    return settings.model_copy(update={"host": where.hostname or settings.host, "port": where.port or settings.port})


def reachable(settings: Settings) -> Settings:
    """The settings, if their database answers; otherwise one sentence."""
    try:
        psycopg.connect(settings.database_url, connect_timeout=5).close()
    except psycopg.Error as trouble:
        reason = str(trouble).strip().splitlines()[-1] if str(trouble).strip() else "no answer"
        raise Unavailable(f"The database does not answer: {reason}") from trouble
    return settings
