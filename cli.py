"""`clearqueue …`: each command reads the settings and calls one function."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from core.settings import Settings

app = typer.Typer(help="Support analytics with the helpdesk built in.", no_args_is_help=True, add_completion=False)
Data = Annotated[Path | None, typer.Option("--data", help="The data folder (CLEARQUEUE_DATA_DIR).")]


@app.command()
def up(
    data: Data = None,
    port: Annotated[int | None, typer.Option(help="Port of the web server (CLEARQUEUE_PORT).")] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on (CLEARQUEUE_HOST).")] = None,
    demo: Annotated[bool | None, typer.Option(help="Load the demo company on the first start.")] = None,
    simulate: Annotated[bool | None, typer.Option(help="Keep working its tickets in real time.")] = None,
) -> None:
    """Bring up the whole platform in this terminal; Ctrl-C stops it."""
    from app.platform.up import up

    up(_settings(data, port=port, host=host, demo=demo, simulate=simulate))


@app.command()
def web(descriptor: Annotated[int | None, typer.Option(hidden=True)] = None) -> None:
    """Serve the pages and the API (one process)."""
    from app.platform import web
    from asgi import create_app

    settings = _service()
    web.serve(create_app(settings), settings, descriptor)


@app.command()
def worker(beat: Annotated[bool, typer.Option(help="With beat in the same process.")] = False) -> None:
    """Run background jobs."""
    from app.jobs.worker import run_worker

    run_worker(_service(), with_beat=beat)


@app.command()
def beat() -> None:
    """Send scheduled jobs; a second one stands by."""
    from app.jobs.worker import run_beat

    run_beat(_service())


@app.command()
def migrate(data: Data = None) -> None:
    """Bring the database's tables to this version."""
    from app.migrations import upgrade

    with _database(data, "migrate") as settings:
        upgrade(settings.database_url)


def main() -> None:
    """Run a command; what we expect to go wrong is one sentence and exit code 1."""
    from core.errors import Refusal

    try:
        app()
    except Refusal as refusal:
        _fail(refusal.sentence)


def _settings(data: Path | None = None, **given: Any) -> "Settings":
    from pydantic import ValidationError

    from core import log
    from core.settings import PREFIX, read

    chosen = {"data_dir": data, **given}
    try:
        settings = read(**{name: value for name, value in chosen.items() if value is not None})
    except ValidationError as wrong:
        _fail("\n".join(f"{PREFIX}{str(error['loc'][0]).upper()}: {error['msg']}" for error in wrong.errors()))
    except OSError as trouble:
        _fail(f"A setting's file cannot be read: {trouble}")
    log.configure(as_json=settings.log_json, level=settings.log_level)
    return settings


def _service() -> "Settings":
    """Settings of a process that runs beside others: with a database that is there, and a key."""
    from app.platform.embedded import for_service

    return for_service(_settings())


@contextmanager
def _database(data: Path | None, doing: str) -> Iterator["Settings"]:
    from app.platform.embedded import database

    with database(_settings(data), doing) as settings:
        yield settings


def _fail(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
    raise SystemExit(1)


if __name__ == "__main__":
    main()
