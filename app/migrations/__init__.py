"""Alembic migrations, run by `upgrade` without an alembic.ini."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, pool
from sqlalchemy.engine import Connection

from app.address import sqlalchemy_url


def upgrade(database_url: str, revision: str = "head") -> None:
    """Bring a database (libpq URL) to `revision`. Two at once are safe: the second waits, then finds nothing to do."""
    with _connect(database_url) as connection:
        connection.exec_driver_sql("select pg_advisory_lock(4919202601)")
        command.upgrade(_config(connection), revision)
        connection.commit()


def newest() -> str:
    """The revision that this code expects."""
    head = ScriptDirectory.from_config(_config(None)).get_current_head()
    if head is None:
        raise RuntimeError("there are no migrations")
    return head


def _connect(database_url: str) -> Connection:
    engine = create_engine(sqlalchemy_url(database_url), poolclass=pool.NullPool)
    return engine.connect()


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config
