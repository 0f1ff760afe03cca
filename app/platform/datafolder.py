"""The data folder: where it is, that it can be used, and that only one Clearqueue uses it."""

import fcntl
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from app.platform import account, programs
from app.platform.account import Account
from app.platform.postgres import Cluster
from core.errors import Refusal
from core.settings import Settings

REFUGE = Path("/var/lib/clearqueue")
LONGEST_SOCKET_PATH = 100
"""Unix sockets end at 107 bytes, of which PostgreSQL's lock file takes a few."""


class FolderUnusable(Refusal):
    """The data folder is missing, closed or not writable."""

    status = 500
    code = "data_folder_unusable"


class FolderInUse(Refusal):
    """Another Clearqueue holds the data folder."""

    status = 409
    code = "data_folder_in_use"


@dataclass(frozen=True, slots=True)
class DataFolder:
    """Everything that the embedded platform keeps, by name. `moved_from` is set when it could not be there."""

    path: Path
    account: Account | None
    moved_from: Path | None = None

    @property
    def log(self) -> Path:
        """Where each process writes its log."""
        return self.path / "log"

    @property
    def is_filled(self) -> bool:
        """Whether a cluster was ever made here."""
        return (self.path / "postgres").exists()

    def cluster(self) -> Cluster:
        """The PostgreSQL of this folder; its programs are copied here first where they cannot be reached."""
        return Cluster(
            folder=self.path / "postgres",
            sockets=_socket_folder(self.path),
            log=self.log / "postgres.log",
            programs=programs.folder_for(self.account, self.path),
            account=self.account,
        )


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds the folder: a process, what it is doing, and where it can be reached once it is up."""

    pid: int
    doing: str
    address: str = ""
    database_url: str = ""


def locate(settings: Settings) -> DataFolder:
    """The data folder that the settings mean.

    PostgreSQL's own user must be able to reach it. A folder that the operator chose and that is closed to that
    user is refused; the default one, when it lies in a private home, moves to /var/lib/clearqueue.
    """
    path = settings.data_dir.expanduser().resolve()
    user = account.for_postgres()
    barrier = user.barred_by(path.parent) if user else None
    if user is None or barrier is None:
        return DataFolder(path, user)
    if "data_dir" in settings.model_fields_set:
        raise FolderUnusable(
            f"PostgreSQL runs as the system user {user.name}, which may not enter {barrier}: choose a data folder "
            f"elsewhere, such as --data {REFUGE}, or open the way with chmod o+x {barrier}"
        )
    mark = hashlib.sha256(str(path).encode()).hexdigest()[:8]
    return DataFolder(REFUGE / f"{path.parent.name}-{mark}", user, moved_from=path)


def prepare(folder: DataFolder) -> None:
    """Make the folder and see that it can be written."""
    try:
        folder.path.mkdir(parents=True, exist_ok=True)
        if folder.account and not folder.account.may_enter(folder.path):
            folder.path.chmod(0o711)
        folder.log.mkdir(mode=0o750, exist_ok=True)
        tempfile.TemporaryFile(dir=folder.path).close()
    except OSError as trouble:
        raise FolderUnusable(
            f"The data folder {folder.path} cannot be written ({trouble.strerror}): "
            "make it writable or choose another with --data."
        ) from trouble


def holder(folder: DataFolder) -> Holder | None:
    """Who holds the folder now; None when it is free."""
    try:
        with (folder.path / "lock").open("r") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return _written_in(file.read())
    except (FileNotFoundError, NotADirectoryError):
        pass
    return None


@contextmanager
def held(folder: DataFolder, doing: str) -> Iterator[Callable[[str, str], None]]:
    """Hold the folder alone; the lock goes with the process, however it ends.

    Yields `publish(address, database_url)`, which tells others where we can be reached.
    """
    descriptor = os.open(folder.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+") as file:
        _lock(file.fileno(), folder)
        me = Holder(os.getpid(), doing)

        def publish(address: str, database_url: str) -> None:
            _write(file.fileno(), replace(me, address=address, database_url=database_url))

        publish("", "")
        yield publish


def in_use(folder: DataFolder, by: Holder) -> FolderInUse:
    """The refusal that says who is there."""
    if by.doing == "up":
        place = f"pid {by.pid}, {by.address}" if by.address else f"pid {by.pid}, still starting"
        return FolderInUse(f"Clearqueue is already running on this folder ({place}): {folder.path}")
    return FolderInUse(f"`clearqueue {by.doing}` (pid {by.pid}) is working on {folder.path}: wait until it is done.")


def _lock(descriptor: int, folder: DataFolder) -> None:
    """A neighbour that only looks holds a shared lock for an instant: try for a second."""
    for _ in range(10):
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.1)
    raise in_use(folder, holder(folder) or Holder(0, "up"))


def _write(descriptor: int, who: Holder) -> None:
    """In place and padded, never truncated: a reader always finds a whole line."""
    os.pwrite(descriptor, json.dumps(asdict(who)).ljust(2000).encode() + b"\n", 0)


def _written_in(text: str) -> Holder:
    try:
        return Holder(**json.loads(text))
    except ValueError:  # taken a moment ago, not written yet
        return Holder(0, "up")


def _socket_folder(path: Path) -> Path:
    """Beside the data, unless that path is too long for a socket."""
    if len(os.fsencode(path / "run" / ".s.PGSQL.5432.lock")) <= LONGEST_SOCKET_PATH:
        return path / "run"
    mark = hashlib.sha256(str(path).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"clearqueue-{os.geteuid()}-{mark}"
