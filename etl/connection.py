"""Connections of the carrier to PostgreSQL. Every wait has an end, so that a frozen carrier cannot freeze others."""

from typing import Any

import orjson
import psycopg
from psycopg import Connection
from psycopg.types.json import set_json_loads

CONNECT_SECONDS = 10
STATEMENT_SECONDS = 60
IDLE_IN_TRANSACTION_SECONDS = 30

AWAY = (psycopg.OperationalError, psycopg.errors.IdleInTransactionSessionTimeout)
"""What is raised when PostgreSQL cannot be reached, or has ended the connection because we were frozen."""


def connect(database_url: str, purpose: str, *, statement_seconds: int = STATEMENT_SECONDS) -> Connection[Any]:
    """A connection in autocommit mode and UTC, that says in `pg_stat_activity` what it is for. 0 s: no limit."""
    options = {
        "timezone": "UTC",
        "statement_timeout": f"{statement_seconds}s",
        "idle_in_transaction_session_timeout": f"{IDLE_IN_TRANSACTION_SECONDS}s",
    }
    connection = psycopg.connect(
        database_url,
        autocommit=True,
        connect_timeout=CONNECT_SECONDS,
        application_name=f"clearqueue {purpose}",
        options=" ".join(f"-c {name}={value}" for name, value in options.items()),
        keepalives_idle=10,
        keepalives_interval=5,
        keepalives_count=3,
    )
    set_json_loads(orjson.loads, connection)
    return connection
