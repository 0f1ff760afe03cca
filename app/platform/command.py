"""What every command begins with: settings, a database, a transaction. Loads nothing until it is asked for it."""

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.settings import Settings


def settings(data: Path | None = None, *, is_service: bool = False, **chosen: Any) -> "Settings":
    """The settings of the environment under what was chosen on the command line; logging is set up with them.

    A person at a terminal wants to read warnings only; a service logs as the settings say.
    """
    from pydantic import ValidationError

    from core import log
    from core.settings import PREFIX, read

    overrides = {name: value for name, value in {"data_dir": data, **chosen}.items() if value is not None}
    try:
        given = read(**overrides)
    except ValidationError as wrong:
        fail("\n".join(f"{PREFIX}{str(error['loc'][0]).upper()}: {error['msg']}" for error in wrong.errors()))
    except OSError as trouble:
        fail(f"A setting's file cannot be read: {trouble}")
    log.configure(as_json=given.log_json, level=given.log_level if is_service else "WARNING")
    return given


def service(data: Path | None = None) -> "Settings":
    """Settings of a process that runs beside others: its database is there, and it has a key."""
    from app.platform.embedded import for_service

    return for_service(settings(data, is_service=True))


@contextmanager
def database(data: Path | None, doing: str) -> Iterator["Settings"]:
    """Settings with a database that answers: the running platform's, or one started for this command."""
    from app.platform import embedded

    with embedded.database(settings(data), doing) as given:
        yield given


@contextmanager
def transaction(data: Path | None, doing: str) -> Iterator["Session"]:
    """One transaction for a command that changes a thing."""
    from app.db import Database

    with (
        database(data, doing) as given,
        closing(Database(given.database_url, most_connections=2)) as opened,
        opened.transaction() as session,
    ):
        yield session


def fail(sentence: str) -> NoReturn:
    """Say what is wrong and end with exit code 1."""
    sys.stderr.write(f"{sentence}\n")
    raise SystemExit(1)
