"""An embedded PostgreSQL: one cluster in one folder, reached through a Unix socket only.

We drive `initdb` and `postgres` ourselves: the supervisor must own the process, know how it ended, and be sure
that it ends. Settings are given on the command line, so that a new version's settings reach old folders.
"""

import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from signal import SIGINT, SIGKILL, SIGQUIT
from urllib.parse import quote

import psutil
import psycopg

from app.platform import lifeline, programs
from app.platform.account import Account
from core.errors import Unavailable

OWNER = "clearqueue"
"""Our role and our database. The role is not a superuser."""

SUPERUSER = "postgres"
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "96MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "io_method": "sync",  # the default forks three more processes
    "jit": "off",
    "max_wal_size": "1GB",
    "idle_in_transaction_session_timeout": "10min",
    "log_timezone": "UTC",
    "timezone": "UTC",
    "log_min_duration_statement": "2s",
    "log_line_prefix": "%m [%p] %a ",
}
WITHOUT_DURABILITY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where a cluster lives and whom it runs as. `durable=False` is for tests only: a power cut breaks it."""

    folder: Path
    sockets: Path
    log: Path
    programs: Path
    account: Account | None
    durable: bool = True

    def url(self, database: str = OWNER, user: str = OWNER) -> str:
        """The libpq address of a database in this cluster."""
        return f"postgresql://{user}@/{database}?host={quote(str(self.sockets), safe='')}"


def create(cluster: Cluster) -> None:
    """Make the cluster unless it is there.

    `initdb` works beside the final folder, which appears in one rename: what a killed predecessor left half-made
    never bears the final name, holds nothing of value, and is started over.
    """
    if cluster.folder.exists():
        return
    half = cluster.folder.with_name(f"{cluster.folder.name}.half")
    shutil.rmtree(half, ignore_errors=True)
    make_private(half, cluster.account)
    options = ["--username", SUPERUSER, "--auth", "trust", "--encoding", "UTF8"]
    options += ["--locale-provider", "builtin", "--locale", "C.UTF-8"]
    options += [] if cluster.durable else ["--no-sync"]
    done = subprocess.run(
        [cluster.programs / "initdb", "--pgdata", half, *options],
        capture_output=True, text=True, env=_environment(), cwd="/", **_as(cluster.account),
    )  # fmt: skip
    if done.returncode != 0:
        raise Unavailable(f"PostgreSQL could not make its folder {half}: {_last_line(done.stderr)}")
    half.rename(cluster.folder)


def start(cluster: Cluster, patience_seconds: float = 300) -> "subprocess.Popen[bytes]":
    """Start the server and wait until it answers; after a crash that includes its recovery."""
    stop_leftovers(cluster.folder)
    make_private(cluster.sockets, cluster.account)
    settings = SETTINGS | {"unix_socket_directories": str(cluster.sockets)}
    settings |= {} if cluster.durable else WITHOUT_DURABILITY
    arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with cluster.log.open("ab") as log:
        process = subprocess.Popen(
            [cluster.programs / "postgres", "-D", cluster.folder, *arguments],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=_environment(), cwd="/", process_group=0,
            preexec_fn=lifeline.to_parent(SIGINT),  # noqa: PLW1509 — we have no other thread at this point
            **_as(cluster.account),
        )  # fmt: skip
    _wait_until_it_answers(cluster, process, patience_seconds)
    return process


def stop(process: "subprocess.Popen[bytes]", patience_seconds: float = 60) -> None:
    """Stop the server cleanly: sessions are ended, a checkpoint is written. In despair, without the checkpoint."""
    for last_signal, patience in ((SIGINT, patience_seconds), (SIGQUIT, 10.0), (SIGKILL, 10.0)):
        if process.poll() is not None:
            return
        process.send_signal(last_signal)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            continue


def stop_leftovers(folder: Path, patience_seconds: float = 60) -> None:
    """End servers that a killed predecessor left on this folder. The caller holds the data folder's lock.

    PostgreSQL's processes work inside their folder, which tells them from everyone else's.
    """
    left = [process for process in psutil.process_iter(["name"]) if _works_in(process, folder)]
    family = {process.pid for process in left}
    for process in left:
        if process.ppid() not in family:
            process.send_signal(SIGINT)
    _, alive = psutil.wait_procs(left, timeout=patience_seconds if left else 0)
    for process in alive:
        process.kill()
    psutil.wait_procs(alive, timeout=10)
    (folder / "postmaster.pid").unlink(missing_ok=True)


def ensure_database(cluster: Cluster, name: str = OWNER) -> None:
    """Our role and an empty database of ours, unless they are there."""
    with psycopg.connect(cluster.url("postgres", SUPERUSER), autocommit=True) as connection:
        if not connection.execute("select from pg_roles where rolname = %s", (OWNER,)).fetchone():
            connection.execute(f"create role {OWNER} login createdb")
            connection.execute(f"grant pg_monitor to {OWNER}")
        if not connection.execute("select from pg_database where datname = %s", (name,)).fetchone():
            connection.execute(f'create database "{name}" owner {OWNER}')


def make_private(folder: Path, account: Account | None) -> None:
    """A folder that only PostgreSQL's user (and root) may enter."""
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    if account is not None:
        os.chown(folder, account.uid, account.gid)


def _wait_until_it_answers(cluster: Cluster, process: "subprocess.Popen[bytes]", patience_seconds: float) -> None:
    url, give_up = cluster.url("postgres", SUPERUSER), time.monotonic() + patience_seconds
    while process.poll() is None and time.monotonic() < give_up:
        try:
            psycopg.connect(url, connect_timeout=5).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    stop(process)
    last = _last_line(cluster.log.read_text(errors="replace"))
    raise Unavailable(f"PostgreSQL does not start: {last} (more in {cluster.log})")


def _works_in(process: psutil.Process, folder: Path) -> bool:
    try:
        return process.info["name"] == "postgres" and Path(process.cwd()) == folder.resolve()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


def _as(account: Account | None) -> "dict[str, int | list[int]]":
    return {"user": account.uid, "group": account.gid, "extra_groups": []} if account else {}


def _environment() -> dict[str, str]:
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def _last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "it said nothing.")
