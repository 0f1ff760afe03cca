"""`clearqueue …`: each command reads the settings and calls one function."""

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.settings import Settings

app = typer.Typer(
    help="Support analytics with the helpdesk built in.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
importer = typer.Typer(help="Bring history in from elsewhere.", no_args_is_help=True)
app.add_typer(importer, name="import")
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
def etl() -> None:
    """Carry events from the ledger to lake and search; a second one stands by."""
    from etl.__main__ import run

    run(_service())


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


@app.command()
def rebuild(
    what: Annotated[list[str] | None, typer.Argument(help="lake, search; both.")] = None, data: Data = None
) -> None:
    """Make lake and search index anew from the ledger; readers find the old ones until then."""
    from app.platform.steps import progress, say
    from etl.rebuild import rebuild
    from etl.stores import SINKS

    with _database(data, "rebuild") as settings, progress("Rebuild", "events") as advance:
        reached = rebuild(settings, SINKS, what or list(SINKS), lambda _, done, total: advance(done, total), say)
    say(", ".join(f"{store} stands at {position:,}" for store, position in reached.items()))


@app.command()
def verify(
    chain: Annotated[bool, typer.Option("--chain", help="The hash chain alone.")] = False,
    one_in: Annotated[int, typer.Option(min=1, help="Rebuild one in so many tickets of the lake, not all.")] = 1,
    data: Data = None,
) -> None:
    """Check the laws: ledger, rows, lake and index; exit code 1 when one is broken."""
    from app.platform.verification import CHAIN, laws, show

    with _database(data, "verify") as settings:
        all_hold = show(laws(settings, only=[CHAIN] if chain else (), one_in=one_in))
    raise typer.Exit(0 if all_hold else 1)


@importer.command("log")
def import_log(
    file: Annotated[Path, typer.Argument(help="An event log: CSV and its relatives, plain or gzip.")],
    map_name: Annotated[str, typer.Option("--map", help="A TOML file, or the name of a map that comes along.")],
    data: Data = None,
) -> None:
    """Turn an event log with one row per update into tickets with their own times. Can be stopped and repeated."""
    from app.imports.log import import_log
    from app.platform.steps import console, progress

    with _database(data, "import log") as settings, progress("Import", "tickets") as advance:
        reconciliation = import_log(settings, file, map_name, advance)
    console.print(reconciliation.table())


@app.command()
def password(email: Annotated[str, typer.Argument(help="Whose.")] = "admin@localhost", data: Data = None) -> None:
    """Give a person a new password, shown once, and end their sessions. Where nobody administrates yet, they do."""
    from app.identity import first_admin, reset_password
    from app.platform.steps import say

    with _transaction(data, "password") as session:
        login = first_admin(session, email) or reset_password(session, email)
    say(f"{login.email} signs in with {login.password} from now on.")


@app.command()
def token(
    email: Annotated[str, typer.Argument(help="As whom the program acts.")],
    name: Annotated[str, typer.Option(help="What it is for.")] = "command line",
    days: Annotated[int, typer.Option(min=1, max=366, help="Days until it ends.")] = 90,
    read_only: Annotated[bool, typer.Option("--read-only", help="May read, never change.")] = False,
    data: Data = None,
) -> None:
    """Make an API token for a person and print it: it is shown this once."""
    from app.platform.operator import token_for

    with _transaction(data, "token") as session:
        secret = token_for(session, email, name=name, days=days, read_only=read_only)
    typer.echo(secret)


@app.command()
def health(part: Annotated[str | None, typer.Argument(help="web, etl, worker or beat; all.")] = None) -> None:
    """Say what lives; exit code 1 when something does not."""
    from app.platform import health

    findings = health.look(_service(), part)
    for finding in findings:
        typer.echo(f"{'well' if finding.is_well else 'ILL '}  {finding.part:8} {finding.sentence}")
    raise typer.Exit(0 if all(finding.is_well for finding in findings) else 1)


@app.command()
def reference(write: Annotated[bool, typer.Option("--write", help="Write docs/reference anew.")] = False) -> None:
    """Compare the reference pages with the code; exit code 1 when they are stale."""
    from app.platform import reference

    pages = reference.pages(app)
    if write:
        reference.write(pages)
    stale = reference.stale(pages)
    typer.echo(f"Stale: {', '.join(stale)}; run make docs" if stale else "The reference pages are current.")
    raise typer.Exit(1 if stale else 0)


def main() -> None:
    """Run a command; what we expect to go wrong is one sentence and exit code 1."""
    from core.errors import Refusal

    try:
        app()
    except Refusal as refusal:
        _fail(refusal.sentence)


def _settings(data: Path | None = None, *, is_service: bool = False, **given: Any) -> "Settings":
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
    log.configure(as_json=settings.log_json, level=settings.log_level if is_service else "WARNING")
    return settings


def _service() -> "Settings":
    """Settings of a process that runs beside others: with a database that is there, and a key."""
    from app.platform.embedded import for_service

    return for_service(_settings(is_service=True))


@contextmanager
def _database(data: Path | None, doing: str) -> Iterator["Settings"]:
    from app.platform.embedded import database

    with database(_settings(data), doing) as settings:
        yield settings


@contextmanager
def _transaction(data: Path | None, doing: str) -> Iterator["Session"]:
    from app.db import Database

    with (
        _database(data, doing) as settings,
        closing(Database(settings.database_url)) as opened,
        opened.transaction() as session,
    ):
        yield session


def _fail(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
    raise SystemExit(1)


if __name__ == "__main__":
    main()
