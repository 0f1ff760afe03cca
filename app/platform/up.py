"""`clearqueue up`: the whole platform in one terminal, from nothing to an address, and cleanly down again."""

import socket
from types import ModuleType

from app.platform import address, datafolder, embedded, parts, postgres
from app.platform.apart import apart
from app.platform.datafolder import DataFolder
from app.platform.steps import say, step
from app.platform.stopping import StopAsked, stop_signals
from app.platform.supervisor import Supervisor
from core.settings import Settings

START_PATIENCE_SECONDS = 300


def up(settings: Settings) -> None:
    """Bring everything up and keep it up until told to stop. Refusals are one sentence each, before anything starts."""
    folder = datafolder.locate(settings)
    if by := datafolder.holder(folder):
        raise datafolder.in_use(folder, by)
    with address.listening(settings.host, settings.port) as bound, stop_signals():
        datafolder.prepare(folder)
        supervisor = Supervisor(tell=say)
        with datafolder.held(folder, "up") as publish:
            try:
                home = _database(settings, folder, supervisor)
                publish(address.url(bound), home.database_url)
                _rest(home, bound, supervisor)
                supervisor.keep()
            except StopAsked:
                say("Stopping …")
            finally:
                supervisor.stop()
    say(f"Stopped. Everything is kept in {folder.path}")


def _database(settings: Settings, folder: DataFolder, supervisor: Supervisor) -> Settings:
    """PostgreSQL, unless the operator brings one."""
    if settings.database_url:
        return embedded.reachable(embedded.at_home(settings, folder, settings.database_url))
    if folder.moved_from:
        say(
            f"{folder.moved_from} lies in a private folder that PostgreSQL's own user may not enter, "
            f"so the data is kept in {folder.path} (choose another place with --data)."
        )
    with step("PostgreSQL"):
        cluster = folder.cluster()
        postgres.create(cluster)
        supervisor.start(parts.database(cluster))
        postgres.ensure_database(cluster)
    return embedded.at_home(settings, folder, cluster.url())


def _rest(home: Settings, bound: socket.socket, supervisor: Supervisor) -> None:
    reached_at = address.url(bound)
    home = home.model_copy(update={"base_url": home.base_url or reached_at})
    has_demo, has_admin = apart(lambda: _first_start().make_ready(home))
    for program in (parts.etl(home), *parts.web(home, bound.fileno(), reached_at), parts.worker(home, has_demo)):
        supervisor.start(program)
    with step("Web, etl and worker") as at:
        supervisor.wait_until_ready(START_PATIENCE_SECONDS, lambda late: at(f"waiting for {', '.join(late)}"))
    _welcome(reached_at, None if has_admin else apart(lambda: _first_start().first_login(home)))


def _first_start() -> ModuleType:
    """Loaded only apart: it brings a lot along that the supervisor never needs again."""
    from app.platform import first_start

    return first_start


def _welcome(reached_at: str, login: tuple[str, str] | None) -> None:
    say(f"\nClearqueue is up: {reached_at}")
    if login:
        email, password = login
        say(f"Sign in as {email} with the password {password}")
        say("It is shown only this once; change it under your name, or make a new one with `clearqueue password`.")
    say("Ctrl-C stops everything.")
