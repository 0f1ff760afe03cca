"""Postgres for web, jobs and the command line: the one place that opens transactions and commits them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Self, cast

import psycopg
import sqlalchemy as sa
from psycopg import Connection
from psycopg.rows import namedtuple_row
from sqlalchemy.dialects.postgresql import psycopg as psycopg_dialect
from sqlalchemy.orm import Session

from app.address import sqlalchemy_url
from app.autocommit import Autocommit
from app.queues.house import HouseCache
from app.tickets.numbers import Numbers
from app.wall import WEB, WalledConnection
from app.writes import Batch
from etl.failpoint import failpoint

CONNECT_SECONDS = 3
LOCK_SECONDS = 2
IDLE_IN_TRANSACTION_SECONDS = 30
PSYCOPG = psycopg_dialect.dialect()  # type: ignore[no-untyped-call]


class Database:
    """A pool of connections to the helpdesk's tables. Every wait has an end (RELIABILITY.md rule 7).

    `with database.transaction() as session:` commits when the block ends and undoes all of it when the block
    raises; `database.reading()` cannot write at all. Nobody else writes `commit`. With `is_walled` they see only what
    the asker of the moment may see (app/wall.py): that is for web requests.
    """

    def __init__(
        self, database_url: str, *, statement_seconds: int = 5, most_connections: int = 30, is_walled: bool = False
    ) -> None:
        options: dict[str, Any] = {
            "connect_timeout": CONNECT_SECONDS,
            "application_name": "clearqueue",
            "options": _options(statement_seconds) + (f" -c role={WEB}" if is_walled else ""),
        }
        self.engine = sa.create_engine(
            sqlalchemy_url(database_url),
            pool_size=most_connections,
            max_overflow=0,
            pool_timeout=CONNECT_SECONDS,
            pool_use_lifo=True,  # few connections, on which everything is prepared
            pool_recycle=1_800,
            connect_args=options,
        )
        if is_walled:
            sa.event.listen(self.engine, "do_connect", _walled)
        self.alone = Autocommit(lambda: psycopg.connect(database_url, autocommit=True, **options))
        self.house = HouseCache()
        self._reader = self.engine.execution_options(postgresql_readonly=True)
        self._info = {"house": self.house, "numbers": Numbers(self.alone), "is_walled": is_walled}

    @contextmanager
    def transaction(self, batch: Batch | None = None) -> Iterator[Session]:
        """One command, one request or one job: all of it or nothing.

        What is in `batch` at the end is sent last; if the session has not spoken to Postgres before, it is sent alone,
        as a statement that is its own transaction.
        """
        with self._session(self.engine) as session:
            yield session
            failpoint("app.before_commit")
            if batch and not session.in_transaction():
                with self.alone.connection() as driver:
                    batch.send(driver)
            elif batch:
                session.flush()
                batch.send(driver_of(session))
            if session.in_transaction():
                session.commit()
            failpoint("app.after_commit")
            if session.info.get("house_changed"):
                self.house.forget()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only reads; Postgres itself refuses writes in it."""
        with self._session(self._reader) as session:
            yield session
            if session.in_transaction():
                driver_of(session).commit()  # behind a rollback the driver forgets what it has prepared

    @contextmanager
    def _session(self, engine: sa.Engine) -> Iterator[Session]:
        """A session that is closed only if it was used: closing costs more than making one."""
        session = Session(engine, expire_on_commit=False, autoflush=False, info=self._info)
        try:
            yield session
        finally:
            if session.in_transaction() or len(session.identity_map):
                session.close()

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()
        self.alone.close()


def driver_of(session: Session) -> "Connection[Any]":
    """The driver's connection that a session works on, for statements that the ORM would only slow down."""
    return cast("Connection[Any]", session.connection().connection.driver_connection)


@dataclass(frozen=True, slots=True)
class Ready:
    """A query put into words once and asked past the ORM: both cost more than most answers do.

    To be kept where the same is asked again and again. `values` are those that stand in it; what is a `bindparam` in
    it is given with each question. Errors are the driver's own.
    """

    words: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, query: sa.Select[*tuple[Any, ...]]) -> Self:
        """In words."""
        compiled = query.compile(dialect=PSYCOPG, compile_kwargs={"render_postcompile": True})
        return cls(str(compiled), dict(compiled.params))

    def rows(self, session: Session, **given: Any) -> list[Any]:
        """The answer, as named tuples."""
        with driver_of(session).cursor(row_factory=namedtuple_row) as cursor:
            return cursor.execute(self.words, {**self.values, **given}).fetchall()


def _walled(dialect: Any, record: Any, arguments: list[Any], options: dict[str, Any]) -> WalledConnection:
    return WalledConnection.connect(*arguments, **options)


def _options(statement_seconds: int) -> str:
    seconds = {
        "statement_timeout": statement_seconds,
        "lock_timeout": LOCK_SECONDS,
        "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION_SECONDS,
    }
    return " ".join(f"-c {name}={value}s" for name, value in seconds.items())
