"""An embedded PostgreSQL: one cluster in one folder, reached through a Unix socket only.

We drive `initdb` and `postgres` ourselves: the supervisor must own the process, know how it ended, and be sure
that it ends. Settings are given on the command line, so that a new version's settings reach old folders.
"""

import os
import shutil
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from signal import SIGINT, SIGKILL, SIGQUIT
from stat import S_ISDIR
from urllib.parse import quote

import psutil
import psycopg

from app.platform import process
from app.platform.account import Account
from app.platform.process import Process, spawn
from app.wall import HOUSE, WEB
from core.errors import Unavailable

OWNER = "clearqueue"
"""Our role and our database. The role is not a superuser."""

SUPERUSER = "postgres"
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "64MB",
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
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
STOPPING = ((SIGINT, 60), (SIGQUIT, 10), (SIGKILL, 10))
"""How to stop it: sessions are ended and a checkpoint is written; in despair, without the checkpoint."""

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
    for abandoned in cluster.folder.parent.glob(f"{cluster.folder.name}.half-*"):
        shutil.rmtree(abandoned, ignore_errors=True)
    half = cluster.folder.with_name(f"{cluster.folder.name}.half-{os.getpid()}")
    make_private(half, cluster.account)
    options = ["--username", SUPERUSER, "--auth", "trust", "--encoding", "UTF8"]
    options += ["--locale-provider", "builtin", "--locale", "C.UTF-8"]
    options += [] if cluster.durable else ["--no-sync"]
    done = subprocess.run(
        [cluster.programs / "initdb", "--pgdata", half, *options],
        check=False,
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        cwd="/",
        user=cluster.account.uid if cluster.account else None,
        group=cluster.account.gid if cluster.account else None,
        extra_groups=[] if cluster.account else None,
    )
    if done.returncode != 0:
        raise Unavailable(f"PostgreSQL could not make its folder {half}: {_last_line(done.stderr)}")
    half.rename(cluster.folder)


def start(cluster: Cluster, patience_seconds: float = 300) -> Process:
    """Start the server and wait until it answers; after a crash that includes its recovery."""
    stop_leftovers(cluster.folder)
    make_private(cluster.sockets, cluster.account)
    settings = SETTINGS | {"unix_socket_directories": str(cluster.sockets)}
    settings |= {} if cluster.durable else WITHOUT_DURABILITY
    arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    server = spawn(
        [cluster.programs / "postgres", "-D", cluster.folder, *arguments],
        log=cluster.log,
        environment=ENVIRONMENT,
        if_we_die=SIGINT,
        account=cluster.account,
    )
    try:
        _wait_until_it_answers(cluster, server, patience_seconds)
    except BaseException:
        process.stop(server, STOPPING)
        raise
    return server


def stop_leftovers(folder: Path, patience_seconds: float = 60) -> None:
    """End servers that a killed predecessor left on this folder. The caller holds the data folder's lock.

    PostgreSQL's processes work inside their folder, which tells them from everyone else's.
    """
    left = [found for found in psutil.process_iter(["name"]) if _works_in(found, folder)]
    family = {found.pid for found in left}
    for found in left:
        with suppress(psutil.NoSuchProcess):  # children end by themselves with their parent
            if found.ppid() not in family:
                found.send_signal(SIGINT)
    _, alive = psutil.wait_procs(left, timeout=patience_seconds if left else 0)
    for found in alive:
        with suppress(psutil.NoSuchProcess):
            found.kill()
    psutil.wait_procs(alive, timeout=10)
    (folder / "postmaster.pid").unlink(missing_ok=True)


def ensure_database(cluster: Cluster, name: str = OWNER) -> None:
    """Our role and an empty database of ours, unless they are there."""
    with psycopg.connect(cluster.url("postgres", SUPERUSER), autocommit=True) as connection:
        if not connection.execute("select 1 from pg_roles where rolname = %s", (OWNER,)).fetchone():
            connection.execute(f"create role {OWNER} login createdb")
            connection.execute(f"grant pg_monitor to {OWNER}")
        for role in (WEB, HOUSE):
            if not connection.execute("select 1 from pg_roles where rolname = %s", (role,)).fetchone():
                connection.execute(f"create role {role} nologin")
            connection.execute(f"grant {role} to {OWNER} with inherit false, set true")
        if not connection.execute("select 1 from pg_database where datname = %s", (name,)).fetchone():
            connection.execute(f'create database "{name}" owner {OWNER}')


def make_private(folder: Path, account: Account | None) -> None:
    """A folder that only PostgreSQL's user (and root) may enter."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not S_ISDIR(found.st_mode) or found.st_uid not in {os.geteuid(), account.uid if account else os.geteuid()}:
        raise Unavailable(f"{folder} belongs to somebody else: remove it, or choose another data folder with --data.")
    folder.chmod(0o700)
    if account is not None:
        os.chown(folder, account.uid, account.gid)


def _wait_until_it_answers(cluster: Cluster, server: Process, patience_seconds: float) -> None:
    url, give_up = cluster.url("postgres", SUPERUSER), time.monotonic() + patience_seconds
    while server.poll() is None and time.monotonic() < give_up:
        try:
            psycopg.connect(url, connect_timeout=5).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    last = _last_line(cluster.log.read_text(errors="replace"))
    raise Unavailable(f"PostgreSQL does not start: {last} (more in {cluster.log})")


def _works_in(found: psutil.Process, folder: Path) -> bool:
    try:
        return found.info["name"] == "postgres" and Path(found.cwd()) == folder.resolve()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


def _last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "it said nothing.")
