"""The system user that PostgreSQL runs as: it refuses to run as root, so root lends it a user of its own."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from core.errors import Refusal

NAME = "pgserver"


class NoAccount(Refusal):
    """PostgreSQL cannot run as root and no other user could be made for it."""

    status = 500
    code = "no_account"


@dataclass(frozen=True, slots=True)
class Account:
    """A system user: name and numbers."""

    name: str
    uid: int
    gid: int

    def may_enter(self, folder: Path) -> bool:
        """Whether the folder's own permission bits let this user pass through it."""
        status = folder.stat()
        shift = 6 if status.st_uid == self.uid else 3 if status.st_gid == self.gid else 0
        return bool(status.st_mode >> shift & 1)

    def barred_by(self, path: Path) -> Path | None:
        """The topmost folder on the way to `path` that this user may not enter; None when the way is free."""
        way = [*reversed(path.resolve().parents), path.resolve()]
        return next((step for step in way if step.is_dir() and not self.may_enter(step)), None)


def for_postgres() -> Account | None:
    """Whom PostgreSQL runs as: `pgserver` (made when missing) if we are root, otherwise None: ourselves."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(NAME)
    except KeyError:
        entry = _made()
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _made() -> pwd.struct_passwd:
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/bin/sh", NAME]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as trouble:
        raise NoAccount(
            f"PostgreSQL does not run as root and the system user {NAME} could not be made: "
            "run Clearqueue as an ordinary user."
        ) from trouble
    return pwd.getpwnam(NAME)
